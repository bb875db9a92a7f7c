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

  async issue({ sub, expiresIn, ...claims }: TokenRequest): Promise<IssuedToken> {
    const { issuer, audience } = this.#options;
    const issuedAt = Math.floor(Date.now() / 1_000);
    const expiresAt = issuedAt + expiresIn;
    const token = new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(sub)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt);
    if (issuer !== null) token.setIssuer(issuer);
    if (audience !== null) token.setAudience(audience);
    return { token: await token.sign(this.#key), expiresAt: expiresAt * 1_000 };
  }
}
