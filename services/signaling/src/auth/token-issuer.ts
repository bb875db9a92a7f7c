import { createSecretKey, type KeyObject } from 'node:crypto';
import type { IssuedToken, TokenRequest } from '@switchboard/protocol';
import { SignJWT } from 'jose';

export interface TokenIssuerOptions {
  readonly jwtSecret: string;
  readonly issuer: string | null;
  readonly audience: string | null;
}

/** Makes tokens that every node of the cluster accepts. */
export class TokenIssuer {
  readonly #options: TokenIssuerOptions;
  readonly #key: KeyObject;

  constructor(options: TokenIssuerOptions) {
    this.#options = options;
    this.#key = createSecretKey(options.jwtSecret, 'utf8');
  }

  /** @param own claims of an application, which the cluster passes over; it says the others. */
  async issue(
    { sub, expiresIn, ...claims }: TokenRequest,
    own: Readonly<Record<string, unknown>> = {},
  ): Promise<IssuedToken> {
    const { issuer, audience } = this.#options;
    const issuedAt = Math.floor(Date.now() / 1_000);
    const expiresAt = issuedAt + expiresIn;
    const token = new SignJWT({ ...own, ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(sub)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt);
    if (issuer !== null) token.setIssuer(issuer);
    if (audience !== null) token.setAudience(audience);
    return { token: await token.sign(this.#key), expiresAt: expiresAt * 1_000 };
  }
}
