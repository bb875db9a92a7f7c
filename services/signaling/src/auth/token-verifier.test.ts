import { inspect } from 'node:util';
import { TokenRequest } from '@switchboard/protocol';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { inSeconds } from '../../test/authentication/tokens.ts';
import { nothing, refusalOf } from '../../test/authentication/verifier.ts';
import { TokenIssuer } from './token-issuer.ts';
import { TokenVerifier } from './token-verifier.ts';

/** Long enough for HS512, which is to be refused for other reasons. */
const jwtSecret = 'a secret of more than 64 bytes, for tests of what is signed with one key';
const withSecret = { ...nothing, jwtSecret };

const bytes = (text: string) => new TextEncoder().encode(text);

/** An HS256 token with these claims, besides a `sub`. */
const sign = (claims: Record<string, unknown>, secret = jwtSecret) =>
  new SignJWT({ sub: 'ada', ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(bytes(secret));

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token that is signed with the secret', () => {
  const verifier = new TokenVerifier(withSecret);

  test('SPEC 7.6: says who somebody is', async () => {
    const exp = inSeconds(60);
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
    await verifier.authenticate(await sign({ exp: inSeconds(-3) }));
    await verifier.authenticate(await sign({ nbf: inSeconds(3) }));
  });

  test('SPEC 7.4: that has expired is refused as such', async () => {
    const refusal = await refusalOf(verifier, await sign({ exp: inSeconds(-10) }));
    expect(refusal.code).toBe('token_expired');
  });

  test.each([
    ['no user', { sub: undefined }],
    ['a user that is a number', { sub: 17 }],
    ['a tenant that is none', { tenant: 'a:b' }],
    ['grants that are a text', { grants: '*' }],
    ['an end that is a text', { exp: 'tomorrow' }],
    ['a beginning that has not come', { nbf: inSeconds(60) }],
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
        .sign(bytes(jwtSecret));
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
    const request = TokenRequest.parse({ sub: 'ada', tenant: 'clinic', role: 'host' });
    const { token } = await new TokenIssuer(options).issue(request);
    const user = await new TokenVerifier({ ...nothing, ...options }).authenticate(token);
    expect(user).toMatchObject({ userId: 'ada', tenant: 'clinic', role: 'host', grants: null });
  });

  test('SPEC 7.4: a refusal repeats nothing of what the token says', async () => {
    const marked = { sub: 'mark-sub', name: 'mark-name', grants: { rooms: ['mark-room'] } };
    const tokens = [
      await sign({ ...marked, exp: inSeconds(-60) }),
      await sign({ ...marked, nbf: inSeconds(60) }),
      await sign({ ...marked, role: 'mark-role'.repeat(10) }),
      await sign(marked, 'another secret, of more than 32 bytes'),
    ];
    for (const token of tokens) {
      const refusal = await refusalOf(verifier, token);
      expect(inspect(refusal, { depth: 10 })).not.toMatch(/mark|eyJ/);
    }
  });
});
