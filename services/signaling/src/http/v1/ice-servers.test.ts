import { expect, test } from 'vitest';
import { v1Over } from '../../../test/v1.ts';

const ask = (app: ReturnType<typeof v1Over>['app'], headers: Record<string, string>) =>
  app.inject({ url: '/v1/ice-servers', headers });

const usernameIn = (response: Awaited<ReturnType<typeof ask>>): unknown =>
  response.json().iceServers[0].username;

test('SPEC 15.4: whoever shows a token gets servers, by a name that says nothing of who it is', async () => {
  const { app, headersOf } = v1Over();
  const response = await ask(app, headersOf.somebody);
  expect(response.headers['cache-control']).toBe('no-store');
  expect(response.json()).toMatchObject({ expiresAt: 17 });
  expect(usernameIn(response)).toMatch(/^[\w-]{12}$/);
  expect(usernameIn(response)).not.toBe(usernameIn(await ask(app, headersOf.somebody)));
  expect((await ask(app, headersOf.server)).json()).not.toHaveProperty('expiresAt');
  await app.close();
});

test('SPEC 15.4: in an open cluster everybody gets them, but for who shows what is wrong', async () => {
  const { app, headersOf } = v1Over({ isOpen: true });
  expect(usernameIn(await ask(app, headersOf.nobody))).toMatch(/^[\w-]{12}$/);
  expect((await ask(app, { authorization: 'Bearer eve' })).statusCode).toBe(401);
  expect((await ask(app, headersOf['a wrong secret'])).statusCode).toBe(401);
  await app.close();
});
