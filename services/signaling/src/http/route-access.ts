import type { Access, Caller } from '@switchboard/dialects';
import { defaultTenant, SignalingError, type TenantId } from '@switchboard/protocol';
import type { FastifyRequest } from 'fastify';
import type { AuthenticateHandshake } from '../auth/handshake-authentication.ts';
import { isSameSecret } from '../auth/same-secret.ts';
import { callerOf } from './server-api.ts';

export interface RouteAccessOptions {
  /** What a client's handshake is let in by: open or not. */
  readonly authenticate: AuthenticateHandshake;
  /** Null where no server of the application is known. */
  readonly internalSecret: string | null;
  readonly isDevelopment: boolean;
}

/** Who asks, and whose rooms it is about. */
export interface Visitor {
  readonly tenant: TenantId;
  readonly caller: Caller;
}

/**
 * Lets a request in, or not; called before its body is read.
 *
 * @throws SignalingError `unauthenticated`, `token_expired`, `forbidden`
 */
export type LetIn = (request: FastifyRequest) => Visitor | Promise<Visitor>;

const anybody: Visitor = {
  tenant: defaultTenant,
  caller: { userId: null, has: () => false, mayJoin: () => false },
};

const server: Visitor = {
  tenant: defaultTenant,
  caller: { userId: null, has: () => true, mayJoin: () => true },
};

/** What each kind of route takes. */
export function createRouteAccess({
  authenticate,
  internalSecret,
  isDevelopment,
}: RouteAccessOptions): { readonly [K in Access]: LetIn } {
  const isServer = ({ headers }: FastifyRequest): boolean => {
    const given = headers['x-internal-secret'];
    return (
      internalSecret !== null && typeof given === 'string' && isSameSecret(given, internalSecret)
    );
  };
  const client = async (request: FastifyRequest): Promise<Visitor> => {
    if (isServer(request)) return server;
    // Not by the cookie: any page could make a browser send that.
    const { cookie: _, ...headers } = request.headers;
    const query = request.query as Readonly<Record<string, unknown>>;
    const principal = await authenticate({ auth: {}, headers, query });
    return { tenant: principal.tenant, caller: callerOf(principal) };
  };
  return {
    public: () => anybody,
    client,
    token: async (request) => {
      const visitor = await client(request);
      if (visitor !== server && visitor.caller.userId === null) {
        throw new SignalingError('unauthenticated');
      }
      return visitor;
    },
    operator: async (request) => {
      if (isDevelopment) return server;
      const visitor = await client(request);
      if (visitor.caller.has('admin')) return visitor;
      throw new SignalingError(visitor.caller.userId === null ? 'unauthenticated' : 'forbidden');
    },
    internal: (request) => {
      if (isServer(request)) return server;
      throw new SignalingError('unauthenticated', {
        message: 'This takes the internal secret, in the header X-Internal-Secret.',
      });
    },
  };
}
