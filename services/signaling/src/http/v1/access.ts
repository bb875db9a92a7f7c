import { type Authenticator, hasRight, type User } from '@switchboard/core';
import { defaultTenant, SignalingError } from '@switchboard/protocol';
import type { FastifyRequest } from 'fastify';
import { bearerToken } from '../../auth/presented-token.ts';
import { isSameSecret } from '../../auth/same-secret.ts';

/** Who asks over HTTP, once it is known. */
export type Caller =
  /** A server of the application, which knows the internal secret. */
  | { readonly kind: 'server' }
  | { readonly kind: 'user'; readonly user: User }
  /** Nobody has been asked for anything. */
  | { readonly kind: 'anybody' };

/** Who may use a route. */
export type Access =
  | 'public'
  /** By the internal secret. */
  | 'server'
  /** By the internal secret, or by a token with the grant `admin`. */
  | 'admin'
  /** As `admin`, but for what is no tenant's: the token has to be of the default tenant. */
  | 'operator'
  /** As `admin`, or by any valid token: what it may see, the route says. */
  | 'token'
  /** As `token`, or where no token is demanded, by anybody: whoever could begin a session. */
  | 'session';

export interface AccessDependencies {
  /** Whether who shows no token is let in. */
  readonly isOpen: boolean;
  readonly authenticator: Authenticator;
  /** Null where no server of the application is known. */
  readonly internalSecret: string | null;
}

/**
 * The one place where it is decided who may use a route of `/v1`, before its body is read.
 *
 * @throws SignalingError `unauthenticated`, `token_expired`, `forbidden`, or `unavailable`
 */
export async function authorizeRoute(
  dependencies: AccessDependencies,
  access: Access,
  request: FastifyRequest,
): Promise<Caller> {
  if (access === 'public') return { kind: 'anybody' };
  const secret = request.headers['x-internal-secret'];
  if (secret !== undefined || access === 'server') {
    checkSecret(secret, dependencies.internalSecret);
    return { kind: 'server' };
  }
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) {
    if (access === 'session' && dependencies.isOpen) return { kind: 'anybody' };
    throw new SignalingError('unauthenticated');
  }
  const user = await dependencies.authenticator.authenticate(token);
  const takesAdmin = access === 'admin' || access === 'operator';
  if (takesAdmin && !hasRight(user, 'admin')) {
    throw new SignalingError('forbidden', { message: 'This takes the grant "admin".' });
  }
  if (access === 'operator' && user.tenant !== defaultTenant) {
    throw new SignalingError('forbidden', { message: "Nodes are no tenant's." });
  }
  return { kind: 'user', user };
}

function checkSecret(given: string | string[] | undefined, expected: string | null): void {
  if (typeof given === 'string' && expected !== null && isSameSecret(given, expected)) return;
  throw new SignalingError('unauthenticated', {
    message: 'This takes the internal secret, in the header X-Internal-Secret.',
  });
}
