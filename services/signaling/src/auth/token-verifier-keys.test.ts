import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { startKeySet } from '../../test/authentication/key-set.ts';
import { jwtSecret, tokenOf } from '../../test/authentication/tokens.ts';
import { refusalOf } from '../../test/authentication/verifier.ts';
import { TokenVerifier } from './token-verifier.ts';

describe('a token that is signed with a private key', () => {
  test('SPEC 7.5: is verified with the public one, which is fetched once', async () => {
    await using keys = await startKeySet();
    const verifier = new TokenVerifier(keys.config);
    for (const algorithm of [...keys.algorithms, ...keys.algorithms]) {
      const user = await verifier.authenticate(await keys.sign(algorithm));
      expect(user.userId).toBe('ada');
    }
    expect(keys.requests()).toBe(1);
  });

  test('SPEC 7.5: of an unknown key is refused, and does not make the node ask each time', async () => {
    await using keys = await startKeySet();
    const verifier = new TokenVerifier(keys.config);
    await verifier.authenticate(await keys.sign('RS256'));
    for (let round = 0; round < 5; round++) {
      const refusal = await refusalOf(verifier, await keys.sign('RS256', `unknown ${round}`));
      expect(refusal.code).toBe('unauthenticated');
    }
    expect(keys.requests()).toBe(1);
  });

  test('SPEC 7.5: the public key is not taken for a secret', async () => {
    await using keys = await startKeySet();
    const { publicKey, jwk } = keys.pairOf('RS256');
    const pem = await exportSPKI(publicKey);
    // With a secret besides, so that HS256 is known at all; and without.
    for (const config of [keys.config, { ...keys.config, jwtSecret }]) {
      const verifier = new TokenVerifier(config);
      for (const secret of [pem, pem.trim(), JSON.stringify(jwk), String(jwk.n)]) {
        for (const kid of ['RS256', undefined]) {
          const token = await new SignJWT({ sub: 'eve' })
            .setProtectedHeader({ alg: 'HS256', ...(kid && { kid }) })
            .sign(new TextEncoder().encode(secret));
          expect((await refusalOf(verifier, token)).code).toBe('unauthenticated');
        }
      }
    }
  });

  test('SPEC 7.5: one by the secret is accepted beside it', async () => {
    await using keys = await startKeySet();
    const verifier = new TokenVerifier({ ...keys.config, jwtSecret });
    await verifier.authenticate(await tokenOf('ada'));
    await verifier.authenticate(await keys.sign('ES256'));
  });

  test('SPEC 7.5: a key that the token brings along counts for nothing', async () => {
    await using keys = await startKeySet();
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = await exportJWK(publicKey);
    const token = await new SignJWT({ sub: 'eve' })
      .setProtectedHeader({ alg: 'ES256', kid: 'ES256', jwk, jku: 'http://127.0.0.1:1/' })
      .sign(privateKey);
    expect((await refusalOf(new TokenVerifier(keys.config), token)).code).toBe('unauthenticated');
  });

  test('SPEC 7.4: cannot be judged while the keys cannot be had; those known already can', async () => {
    await using keys = await startKeySet();
    const known = new TokenVerifier(keys.config);
    const token = await keys.sign('RS256');
    await known.authenticate(token);
    keys.goAway();
    await known.authenticate(token);
    const refusal = await refusalOf(new TokenVerifier(keys.config), token);
    expect(refusal.code).toBe('unavailable');
  });
});
