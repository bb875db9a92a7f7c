import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { v1Over } from '../../../test/v1.ts';
import { TokenIssuer } from '../../auth/token-issuer.ts';
import type { V1Dependencies } from './routes.ts';

const jwtSecret = 'a secret of more than 32 bytes, for tests';
const internalSecret = 'another secret of more than 32 bytes';
const tokenIssuer = new TokenIssuer({ jwtSecret, issuer: null, audience: null });

/** Asks for a token, with the right secret unless another one is given. */
async function ask(
  body: unknown,
  { headers = { 'x-internal-secret': internalSecret }, ...given }: Asked = {},
) {
  const { app } = v1Over({ tokenIssuer, internalSecret, ...given });
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await app.inject({
    method: 'POST',
    url: '/v1/tokens',
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
  await app.close();
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

interface Asked extends Partial<V1Dependencies> {
  readonly headers?: Record<string, string>;
}

describe('POST /v1/tokens', () => {
  test('SPEC 7.9: issues a token with what was asked for', async () => {
    const grants = { rooms: ['team-*'], create: true };
    const request = { sub: 'ada', name: 'Ada', role: 'host', tenant: 'clinic', grants };
    const before = Math.floor(Date.now() / 1_000);
    const { status, headers, body } = await ask({ ...request, expiresIn: 60 });
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    const claims = decodeJwt(body.token);
    expect(claims).toMatchObject({ ...request, grants });
    expect(claims.exp).toBe((claims.iat ?? 0) + 60);
    expect(claims.iat).toBeGreaterThanOrEqual(before);
    expect(body.expiresAt).toBe((claims.exp ?? 0) * 1_000);
  });

  test('SPEC 7.9: issues one for an hour, and without grants, unless more is said', async () => {
    const { exp = 0, iat = 0, ...claims } = decodeJwt((await ask({ sub: 'ada' })).body.token);
    expect(exp - iat).toBe(3_600);
    expect(claims).toEqual({ sub: 'ada', tenant: 'default' });
  });

  test.each<[string, Record<string, string>]>([
    ['without the secret', {}],
    ['with an empty secret', { 'x-internal-secret': '' }],
    ['with another secret', { 'x-internal-secret': 'x'.repeat(internalSecret.length) }],
    ['with the beginning of the secret', { 'x-internal-secret': internalSecret.slice(0, -1) }],
    ['with the secret and more', { 'x-internal-secret': `${internalSecret}x` }],
    ['with the secret elsewhere', { authorization: `Bearer ${internalSecret}` }],
  ])('SPEC 7.9: %s is 401, and the body is not looked at', async (_, headers) => {
    const { status, body } = await ask('{', { headers });
    expect(status).toBe(401);
    expect(body).toMatchObject({ error: { code: 'unauthenticated', retryable: false } });
  });

  test.each([
    ['no user', {}, ['sub']],
    ['a user that is a number', { sub: 17 }, ['sub']],
    ['a field too many', { sub: 'ada', exp: 17 }, ['exp']],
    ['a grant that nobody knows', { sub: 'ada', grants: { fly: true } }, ['grants', 'fly']],
    ['a life of more than a day', { sub: 'ada', expiresIn: 86_401 }, ['expiresIn']],
    ['a body that is a list', [], []],
  ])('SPEC 7.9: %s is 400, with the path', async (_, request, path) => {
    const { status, body } = await ask(request);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'invalid_argument', path } });
  });

  test('SPEC 7.9: a body that is no JSON is 400, one that is too large 413', async () => {
    expect(await ask('{')).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_argument' } },
    });
    expect(await ask({ sub: 'x'.repeat(100_000) })).toMatchObject({
      status: 413,
      body: { error: { code: 'payload_too_large' } },
    });
  });

  test('SPEC 7.9: where nothing is configured, there is nothing', async () => {
    for (const missing of [{ tokenIssuer: null }, { internalSecret: null }]) {
      expect(await ask({ sub: 'ada' }, missing)).toMatchObject({
        status: 404,
        body: { error: { code: 'not_found' } },
      });
    }
  });
});
