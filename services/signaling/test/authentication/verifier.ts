import { SignalingError } from '@switchboard/protocol';
import type { AuthConfig } from '../../src/auth/auth-config.ts';
import type { TokenVerifier } from '../../src/auth/token-verifier.ts';

/** A configuration by which no token is good. */
export const nothing: AuthConfig = {
  mode: 'open',
  jwtSecret: null,
  jwksUrl: null,
  issuer: null,
  audience: null,
  internalSecret: null,
};

/** How a verifier refuses a token. @throws Error when it does not. */
export async function refusalOf(verifier: TokenVerifier, token: string): Promise<SignalingError> {
  try {
    await verifier.authenticate(token);
  } catch (error) {
    if (error instanceof SignalingError) return error;
    throw error;
  }
  throw new Error('the token was accepted');
}
