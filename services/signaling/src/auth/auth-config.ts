import { z } from 'zod';
import { ConfigError, optional } from '../environment-values.ts';

/** As long as what HS256 makes of it, which RFC 7518 (3.2) demands. */
const jwtSecretBytes = 32;
const internalSecretLength = 32;

const HttpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' });

/** The variables that say whom a node lets in. */
export const authVariables = {
  AUTH_MODE: optional(z.enum(['open', 'required'])),
  /** Verifies and issues tokens (HS256); its bytes are those of its UTF-8. */
  JWT_SECRET: optional(
    z
      .string()
      .refine(
        (value) => Buffer.byteLength(value) >= jwtSecretBytes,
        `must have at least ${jwtSecretBytes} bytes`,
      ),
  ),
  /** Where the public keys are (RFC 7517) that verify tokens (RS256, ES256, EdDSA). */
  JWKS_URL: optional(HttpUrl),
  /** What the tokens must say in `iss`, if it is set. */
  JWT_ISSUER: optional(z.string().min(1)),
  /** What the tokens must name in `aud`, if it is set. */
  JWT_AUDIENCE: optional(z.string().min(1)),
  /** Shows that a request comes from a server of the application. */
  INTERNAL_SECRET: optional(z.string().min(internalSecretLength)),
};

type AuthVariables = z.output<z.ZodObject<typeof authVariables>>;

export interface AuthConfig {
  /** `open`: who shows no token is let in, as nobody in particular. */
  readonly mode: 'open' | 'required';
  readonly jwtSecret: string | null;
  readonly jwksUrl: string | null;
  readonly issuer: string | null;
  readonly audience: string | null;
  readonly internalSecret: string | null;
}

/**
 * Closed by default: a node in production demands tokens unless it is told not to.
 *
 * @throws ConfigError when nobody could be let in.
 */
export function readAuthConfig(
  variables: AuthVariables,
  { isProduction }: { isProduction: boolean },
): AuthConfig {
  const mode = variables.AUTH_MODE ?? (isProduction ? 'required' : 'open');
  if (mode === 'required' && !variables.JWT_SECRET && !variables.JWKS_URL) {
    throw new ConfigError(
      'JWT_SECRET: without it, and without JWKS_URL, no token can be verified and nobody gets in; say AUTH_MODE=open to let everybody in',
    );
  }
  return Object.freeze<AuthConfig>({
    mode,
    jwtSecret: variables.JWT_SECRET ?? null,
    jwksUrl: variables.JWKS_URL ?? null,
    issuer: variables.JWT_ISSUER ?? null,
    audience: variables.JWT_AUDIENCE ?? null,
    internalSecret: variables.INTERNAL_SECRET ?? null,
  });
}
