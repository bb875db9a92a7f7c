import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Authenticator, User } from '@switchboard/core';
import { limits, SignalingError, TokenClaims } from '@switchboard/protocol';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { AuthConfig } from './auth-config.ts';

/** For how long after its end a token still counts, because clocks differ. */
const clockToleranceSeconds = 5;

/** Signatures that a public key verifies; EdDSA also by its newer name (RFC 9864). */
const publicKeyAlgorithms = ['RS256', 'ES256', 'EdDSA', 'Ed25519'] as const;

/**
 * Verifies tokens (RFC 7519). Every algorithm has its own kind of key, and a token's header does
 * no more than choose among them: a public key is never taken for a secret, and what is not in
 * the table, `none` among it, is not looked at (RFC 8725, 3.1 and 3.2).
 */
export class TokenVerifier implements Authenticator {
  readonly #keys = new Map<string, KeyObject | JWTVerifyGetKey>();
  readonly #demanded: { readonly issuer?: string; readonly audience?: string };

  constructor({ jwtSecret, jwksUrl, issuer, audience }: AuthConfig) {
    if (jwtSecret !== null) this.#keys.set('HS256', createSecretKey(jwtSecret, 'utf8'));
    if (jwksUrl !== null) {
      const keySet = remoteKeySet(new URL(jwksUrl));
      for (const algorithm of publicKeyAlgorithms) this.#keys.set(algorithm, keySet);
    }
    this.#demanded = {
      ...(issuer !== null && { issuer }),
      ...(audience !== null && { audience }),
    };
  }

  /**
   * @throws SignalingError `unauthenticated`, `token_expired`, or `unavailable`. None has a cause
   * in which the token or a claim could be found.
   */
  async authenticate(token: string): Promise<User> {
    const algorithm = algorithmOf(token);
    const key = this.#keys.get(algorithm ?? '');
    if (!algorithm || !key) throw untrusted();
    const options = {
      algorithms: [algorithm],
      clockTolerance: clockToleranceSeconds,
      ...this.#demanded,
    };
    try {
      const { payload } = await jwtVerify(token, key, options);
      return userOf(payload);
    } catch (error) {
      throw asRefusal(error);
    }
  }
}

/**
 * The keys at a URL, kept for ten minutes; an unknown key id makes it look again, but not more
 * often than every thirty seconds.
 */
function remoteKeySet(url: URL): JWTVerifyGetKey {
  const keySet = createRemoteJWKSet(url);
  return async (header, token) => {
    try {
      return await keySet(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) throw untrusted();
      if (error instanceof errors.JWKSMultipleMatchingKeys) throw untrusted();
      throw new SignalingError('unavailable', { cause: error });
    }
  };
}

/** @returns undefined for what is no token. */
function algorithmOf(token: string): string | undefined {
  if (token.length > limits.tokenLength) return undefined;
  try {
    return decodeProtectedHeader(token).alg;
  } catch {
    return undefined;
  }
}

function userOf(payload: JWTPayload): User {
  const claims = TokenClaims.safeParse(payload);
  if (!claims.success) {
    const path = claims.error.issues[0]?.path.join('.') ?? '';
    const message = `The claim "${path}" of the token does not have the documented shape.`;
    throw new SignalingError('unauthenticated', { message });
  }
  const { sub, tenant, name, role, grants, exp } = claims.data;
  return {
    kind: 'user',
    tenant,
    userId: sub,
    name: name ?? null,
    role: role ?? null,
    grants: grants ?? null,
    expiresAt: exp === undefined ? null : (exp + clockToleranceSeconds) * 1_000,
  };
}

/** What is no refusal of jose's, whatever the token, is a bug and stays what it is. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof errors.JOSEError)) return error;
  if (error instanceof errors.JWTExpired) return new SignalingError('token_expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    const message = `The claim "${error.claim}" of the token is not as it must be.`;
    return new SignalingError('unauthenticated', { message });
  }
  return untrusted();
}

const untrusted = (): SignalingError =>
  new SignalingError('unauthenticated', {
    message: 'The token is not signed by a key that is trusted here.',
  });
