import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignalingError } from '@switchboard/protocol';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import type { AuthConfig } from './auth-config.ts';
import { TokenIssuer } from './token-issuer.ts';
import { TokenVerifier } from './token-verifier.ts';

const jwtSecret = 'a secret of more than 32 bytes, for tests';
const nothing: AuthConfig = {
  mode: 'open',
  jwtSecret: null,
  jwksUrl: null,
  issuer: null,
  audience: null,
  internalSecret: null,
};
const withSecret: AuthConfig = { ...nothing, jwtSecret };

const now = () => Math.floor(Date.now() / 1_000);
const bytes = (text: string) => new TextEncoder().encode(text);

/** An HS256 token with these claims, besides a `sub`. */
const sign = (claims: Record<string, unknown>, secret = jwtSecret) =>
  new SignJWT({ sub: 'ada', ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(bytes(secret));

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function refusalOf(verifier: TokenVerifier, token: string): Promise<SignalingError> {
  try {
    await verifier.authenticate(token);
  } catch (error) {
    if (error instanceof SignalingError) return error;
    throw error;
  }
  throw new Error('the token was accepted');
}

/** Public keys of each kind at a URL, and the private ones that go with them. */
async function startKeySet() {
  const algorithms = ['RS256', 'ES256', 'EdDSA'] as const;
  const pairs = await Promise.all(
    algorithms.map(async (algorithm) => {
      const { publicKey, privateKey } = await generateKeyPair(algorithm);
      const jwk: JWK = { ...(await exportJWK(publicKey)), kid: algorithm };
      return { algorithm, publicKey, privateKey, jwk };
    }),
  );
  let requests = 0;
  let isAway = false;
  const server = createServer((_, response) => {
    requests += 1;
    if (isAway) response.writeHead(503).end();
    else response.end(JSON.stringify({ keys: pairs.map(({ jwk }) => jwk) }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const pairOf = (algorithm: (typeof algorithms)[number]) => {
    const pair = pairs.find((each) => each.algorithm === algorithm);
    if (!pair) throw new Error(algorithm);
    return pair;
  };
  return {
    algorithms,
    pairOf,
    config: { ...nothing, jwksUrl: `http://127.0.0.1:${port}/keys` },
    sign: (algorithm: (typeof algorithms)[number], kid: string = algorithm) =>
      new SignJWT({ sub: 'ada' })
        .setProtectedHeader({ alg: algorithm, kid })
        .sign(pairOf(algorithm).privateKey),
    requests: () => requests,
    goAway: () => {
      isAway = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a token that is signed with the secret', () => {
  const verifier = new TokenVerifier(withSecret);

  test('SPEC 7.6: says who somebody is', async () => {
    const exp = now() + 60;
    const grants = { rooms: ['team-*'], create: true };
    const token = await sign({ name: 'Ada', role: 'host', tenant: 'clinic', grants, exp });
    expect(await verifier.authenticate(token)).toEqual({
      kind: 'user',
      tenant: 'clinic',
      userId: 'ada',
      name: 'Ada',
      role: 'host',
      grants: {
        rooms: ['team-*'],
        create: true,
        admin: false,
        call: false,
        shareScreen: false,
        annotate: false,
        moderate: false,
      },
      expiresAt: (exp + 5) * 1_000,
    });
  });

  test('SPEC 7.2: needs no more than a user', async () => {
    expect(await verifier.authenticate(await sign({}))).toEqual({
      kind: 'user',
      tenant: 'default',
      userId: 'ada',
      name: null,
      role: null,
      grants: null,
      expiresAt: null,
    });
  });

  test('SPEC 7.5: that has just expired, or is not valid for a moment yet, is accepted', async () => {
    await verifier.authenticate(await sign({ exp: now() - 3 }));
    await verifier.authenticate(await sign({ nbf: now() + 3 }));
  });

  test('SPEC 7.4: that has expired is refused as such', async () => {
    const refusal = await refusalOf(verifier, await sign({ exp: now() - 10 }));
    expect(refusal.code).toBe('token_expired');
  });

  test.each([
    ['no user', { sub: undefined }],
    ['a user that is a number', { sub: 17 }],
    ['a tenant that is none', { tenant: 'a:b' }],
    ['grants that are a text', { grants: '*' }],
    ['an end that is a text', { exp: 'tomorrow' }],
    ['a beginning that has not come', { nbf: now() + 60 }],
  ])('SPEC 7.4: with %s is refused', async (_, claims) => {
    expect((await refusalOf(verifier, await sign(claims))).code).toBe('unauthenticated');
  });

  test('SPEC 7.4: of another cluster is refused', async () => {
    const token = await sign({}, 'another secret, of more than 32 bytes');
    expect((await refusalOf(verifier, token)).code).toBe('unauthenticated');
  });

  test('SPEC 7.4: whose claims were changed is refused', async () => {
    const [header, , signature] = (await sign({})).split('.');
    const token = [header, encode({ sub: 'eve' }), signature].join('.');
    expect((await refusalOf(verifier, token)).code).toBe('unauthenticated');
  });

  test.each([
    ['nothing', ''],
    ['words', 'not a token'],
    ['dots', '..'],
    ['a header alone', `${encode({ alg: 'HS256' })}..`],
    ['a header that is no JSON', `${Buffer.from('{').toString('base64url')}.e30.e30`],
    ['five parts, as an encrypted one has', `${encode({ alg: 'dir', enc: 'A256GCM' })}.a.b.c.d`],
  ])('SPEC 7.4: %s is no token', async (_, token) => {
    expect((await refusalOf(verifier, token)).code).toBe('unauthenticated');
  });

  test('SPEC 7.2: that is longer than a token may be is refused, were it good or not', async () => {
    const token = await sign({ padding: 'x'.repeat(8 * 1024) });
    expect((await refusalOf(verifier, token)).code).toBe('unauthenticated');
  });

  test('SPEC 7.5: is signed with HS256 and nothing else', async () => {
    for (const alg of ['HS384', 'HS512']) {
      const token = await new SignJWT({ sub: 'ada' })
        .setProtectedHeader({ alg })
        .sign(bytes(jwtSecret.repeat(2)));
      expect((await refusalOf(verifier, token)).code).toBe('unauthenticated');
    }
  });

  test('SPEC 7.5: is signed', async () => {
    for (const alg of ['none', 'None', 'NONE', '', null, undefined, ['HS256'], { toString: 1 }]) {
      const token = `${encode({ alg })}.${encode({ sub: 'ada' })}.`;
      expect((await refusalOf(verifier, token)).code).toBe('unauthenticated');
    }
  });

  test('SPEC 7.5: where no key is known, every token is refused', async () => {
    const refusal = await refusalOf(new TokenVerifier(nothing), await sign({}));
    expect(refusal.code).toBe('unauthenticated');
  });

  test('SPEC 7.2: must name the issuer and the audience that are demanded', async () => {
    const demanding = new TokenVerifier({ ...withSecret, issuer: 'us', audience: 'calls' });
    const good = { iss: 'us', aud: ['mail', 'calls'] };
    await demanding.authenticate(await sign(good));
    for (const claims of [{}, { iss: 'us' }, { ...good, iss: 'them' }, { ...good, aud: 'mail' }]) {
      expect((await refusalOf(demanding, await sign(claims))).code).toBe('unauthenticated');
    }
  });

  test('SPEC 7.9: is what the issuer makes, demands of the operator included', async () => {
    const options = { jwtSecret, issuer: 'us', audience: 'calls' };
    const { token } = await new TokenIssuer(options).issue({
      sub: 'ada' as never,
      tenant: 'clinic' as never,
      role: 'host',
      expiresIn: 60,
    });
    const user = await new TokenVerifier({ ...nothing, ...options }).authenticate(token);
    expect(user).toMatchObject({ userId: 'ada', tenant: 'clinic', role: 'host', grants: null });
  });

  test('SPEC 7.4: a refusal repeats nothing of what the token says', async () => {
    const marked = { sub: 'mark-sub', name: 'mark-name', grants: { rooms: ['mark-room'] } };
    const tokens = [
      await sign({ ...marked, exp: now() - 60 }),
      await sign({ ...marked, nbf: now() + 60 }),
      await sign({ ...marked, role: 'mark-role'.repeat(10) }),
      await sign(marked, 'another secret, of more than 32 bytes'),
    ];
    for (const token of tokens) {
      const refusal = await refusalOf(verifier, token);
      const told = `${JSON.stringify(refusal.toBody())} ${refusal.message} ${refusal.cause}`;
      expect(told).not.toMatch(/mark|eyJ/);
    }
  });
});

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
            .sign(bytes(secret));
          expect((await refusalOf(verifier, token)).code).toBe('unauthenticated');
        }
      }
    }
  });

  test('SPEC 7.5: one by the secret is accepted beside it', async () => {
    await using keys = await startKeySet();
    const verifier = new TokenVerifier({ ...keys.config, jwtSecret });
    await verifier.authenticate(await sign({}));
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
