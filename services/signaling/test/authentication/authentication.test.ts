import { type NodeProcess, runToExit, startNode } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectOptions, connect, refusalOf, TestClient } from './connect.ts';
import { anyRoom, inSeconds, internalSecret, jwtSecret, tokenOf } from './tokens.ts';

const env = {
  LOG_LEVEL: 'trace',
  JWT_SECRET: jwtSecret,
  INTERNAL_SECRET: internalSecret,
  DRAIN_NOTICE_MS: '0',
};

let open: NodeProcess;
let closed: NodeProcess;

beforeAll(async () => {
  [open, closed] = await Promise.all([
    startNode({ nodeId: 'open', env }),
    startNode({
      nodeId: 'closed',
      env: { ...env, NODE_ENV: 'production', CORS_ORIGIN: 'https://app.example' },
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([open, closed].map((node) => node?.stop()));
});

/** The four places of a token. */
const places: [string, (token: string) => ConnectOptions][] = [
  ['auth', (token) => ({ auth: { token } })],
  ['the header', (token) => ({ extraHeaders: { authorization: `Bearer ${token}` } })],
  ['the query', (token) => ({ query: { token } })],
  ['the cookie', (token) => ({ extraHeaders: { cookie: `switchboard_token=${token}` } })],
];

describe.each(places)('SPEC 7.1: a token in %s', (_, withToken) => {
  test.each(['websocket', 'polling'])('lets its user in by %s', async (transport) => {
    const options = { ...withToken(await tokenOf('ada')), transports: [transport] };
    using ada = await connect(closed, options);
    const room = await ada.join('team');
    expect(room.participants).toMatchObject([{ peerId: ada.peerId, userId: 'ada' }]);
  });

  test('SPEC 7.4: is refused when it is bad, whether tokens are demanded or not', async () => {
    const forged = withToken(await tokenOf('ada', {}, 'another secret, of more than 32 bytes'));
    const expired = withToken(await tokenOf('ada', { exp: inSeconds(-60) }));
    for (const node of [open, closed]) {
      expect(await refusalOf(node, forged)).toBe('unauthenticated');
      expect(await refusalOf(node, expired)).toBe('token_expired');
    }
  });
});

test('SPEC 7.4: without a token one is let in only where that is open, as nobody', async () => {
  expect(await refusalOf(closed)).toBe('unauthenticated');
  using guest = await connect(open);
  const { participants } = await guest.join('lobby', { name: 'Guest', role: 'visitor' });
  expect(participants).toMatchObject([{ name: 'Guest', role: 'visitor' }]);
  expect(participants[0]).not.toHaveProperty('userId');
});

test('SPEC 7.4: a refusal says why, and the client stays away', async () => {
  using client = new TestClient(closed, { auth: { token: 'no token' } });
  expect(await client.refusal()).toMatchObject({ code: 'unauthenticated', retryable: false });
  expect(client.socket.active).toBe(false);
});

test('SPEC 7.1: the cookie does not count for a page of another site', async () => {
  const cookie = `switchboard_token=${await tokenOf('ada')}`;
  const from = (origin: string) => ({ extraHeaders: { cookie, origin } });
  expect(await refusalOf(closed, from('https://evil.example'))).toBe('unauthenticated');
  using _ = await connect(closed, from('https://app.example'));
});

describe('SPEC 7.7: a user', () => {
  const withToken = async (sub: string, claims: Record<string, unknown>) =>
    connect(closed, { auth: { token: await tokenOf(sub, claims) } });

  test('joins rooms that match, makes none without the right to, and is told apart', async () => {
    using host = await withToken('host', { grants: anyRoom });
    using guest = await withToken('guest', { grants: { rooms: ['clinic-*'] } });
    await expect(guest.join('elsewhere')).rejects.toThrow('forbidden');
    await expect(guest.join('clinic-1')).rejects.toThrow('room_not_found');
    await host.join('clinic-1');
    const room = await guest.join('clinic-1');
    expect(room.participants.map(({ userId }) => userId)).toEqual(['host', 'guest']);
  });

  test('without grants joins no room that does not name them', async () => {
    using ada = await withToken('ada', { grants: undefined });
    await expect(ada.join('clinic-2')).rejects.toThrow('forbidden');
  });

  test('shares the screen by right only, in a join as later', async () => {
    using ada = await withToken('ada', { grants: anyRoom });
    const media = { camera: false, microphone: false, screen: true };
    await expect(ada.join('clinic-3', { media })).rejects.toThrow('forbidden');
    await ada.join('clinic-3');
    const share = { roomId: 'clinic-3', media: { screen: true } };
    expect(await ada.send('media:update', share)).toMatchObject({ error: { code: 'forbidden' } });
  });

  test('SPEC 7.6: is shown as the token says, whatever the join says', async () => {
    using ada = await withToken('ada', { name: 'Ada', role: 'patient', grants: anyRoom });
    const room = await ada.join('clinic-4', { name: 'Dr. Eve', role: 'practitioner' });
    expect(room.participants).toMatchObject([{ userId: 'ada', name: 'Ada', role: 'patient' }]);
  });

  test('SPEC 7.6: meets nobody of another tenant, even in a room of the same name', async () => {
    using ours = await withToken('ada', { tenant: 'ours', grants: anyRoom });
    using theirs = await withToken('ada', { tenant: 'theirs', grants: anyRoom });
    await ours.join('clinic-5');
    expect((await theirs.join('clinic-5')).participants).toHaveLength(1);
  });
});

describe('SPEC 7.8: a session', () => {
  /** The end of a token that counts for two or three seconds more, because clocks may differ. */
  const soon = () => inSeconds(-2);

  test('ends with its token: its client is told and stays away, and the others see it leave', async () => {
    using bob = await connect(open, { auth: { token: await tokenOf('bob') } });
    await bob.join('short');
    const token = await tokenOf('ada', { grants: anyRoom, exp: soon() });
    using ada = await connect(open, { auth: { token } });
    await ada.join('short');
    const { peerId } = ada;
    expect(await ada.first('session:ended')).toMatchObject({ error: { code: 'token_expired' } });
    expect(await ada.loss()).toBe('io server disconnect');
    expect(ada.socket.active).toBe(false);
    expect(await bob.first('participant:left')).toMatchObject({ peerId, reason: 'disconnected' });
  });

  test('goes on under a newer token, and not under one of somebody else', async () => {
    const claims = { grants: anyRoom, exp: soon() };
    using ada = await connect(open, { auth: { token: await tokenOf('ada', claims) } });
    using bob = await connect(open, { auth: { token: await tokenOf('bob', claims) } });
    const later = { grants: anyRoom, exp: inSeconds(600) };
    const refresh = async (client: TestClient, sub: string, more = {}) =>
      client.send('auth:refresh', { token: await tokenOf(sub, { ...later, ...more }) });
    expect(await refresh(ada, 'bob')).toMatchObject({ error: { code: 'forbidden' } });
    const other = await refresh(ada, 'ada', { tenant: 'other' });
    expect(other).toMatchObject({ error: { code: 'forbidden' } });
    expect(await refresh(ada, 'ada')).toEqual({ ok: true, expiresAt: (later.exp + 5) * 1_000 });
    // The two began with tokens that end together, and one sweep finds both.
    await bob.first('session:ended');
    await expect(ada.join('longer')).resolves.toBeDefined();
    expect(ada.names).not.toContain('session:ended');
  });
});

describe('SPEC 5.3: a resume token', () => {
  /** As a thief has it: `pid` is what Socket.IO's own client would send. */
  const stolenFrom = (client: TestClient, token: string | undefined) => ({
    auth: { ...(token && { token }), pid: Reflect.get(client.socket, '_pid'), offset: '0' },
  });

  test('of another user or tenant is refused, and its holder is not disturbed', async () => {
    using ada = await connect(open, { auth: { token: await tokenOf('ada') } });
    await ada.join('mine');
    const thieves = [
      stolenFrom(ada, await tokenOf('eve')),
      stolenFrom(ada, await tokenOf('ada', { tenant: 'other', grants: anyRoom })),
      stolenFrom(ada, undefined),
    ];
    for (const thief of thieves) expect(await refusalOf(open, thief)).toBe('session_forbidden');
    const expired = await tokenOf('ada', { exp: inSeconds(-60) });
    expect(await refusalOf(open, stolenFrom(ada, expired))).toBe('token_expired');
    await expect(ada.join('mine')).resolves.toBeDefined();
    expect(ada.names).not.toContain('lost');
  });

  test('of the same user is good, and the newer token counts', async () => {
    using ada = await connect(open, { auth: { token: await tokenOf('ada') } });
    await ada.join('mine-too');
    const { peerId } = ada;
    const token = await tokenOf('ada', { grants: { rooms: ['mine-too'] } });
    using again = await connect(open, stolenFrom(ada, token));
    expect(await again.first('welcome')).toMatchObject({ peerId, resumed: true });
    await expect(again.join('another')).rejects.toThrow('forbidden');
    await expect(again.join('mine-too')).resolves.toMatchObject({ participants: [{ peerId }] });
  });
});

test('SPEC 7.9: a token that a server of the application has asked for lets its user in', async () => {
  const response = await fetch(`${closed.url}/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-internal-secret': internalSecret },
    body: JSON.stringify({ sub: 'ada', name: 'Ada', grants: anyRoom }),
  });
  const { token } = (await response.json()) as { token: string };
  using ada = await connect(closed, { auth: { token } });
  await expect(ada.join('issued')).resolves.toMatchObject({ participants: [{ name: 'Ada' }] });
});

test('a node without keys, that demands tokens, does not start', async () => {
  const { code, stderr } = await runToExit({ env: { NODE_ENV: 'production', PORT: '0' } });
  expect(code).toBe(1);
  expect(stderr).toContain('JWT_SECRET');
});

// Last, when all of the above is in the logs.
test('nothing secret, and nothing said of people, is in the logs', async () => {
  const marks = { name: 'mark-of-a-name', role: 'mark-of-a-role' };
  const token = await tokenOf('mark-of-a-user', { ...marks, grants: { rooms: ['mark-*'] } });
  for (const [, withToken] of places) {
    using _ = await connect(open, withToken(token));
    await refusalOf(open, withToken(`${token}forged`));
  }
  using client = await connect(open, { auth: { token } });
  await client.send('auth:refresh', { token });
  await client.send('auth:refresh', { token: `${token}forged` });
  await client.send('room:join', { roomId: 'mark-of-a-room', name: 'mark' });
  await fetch(`${open.url}/v1/tokens?token=${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-internal-secret': 'mark-of-a-secret' },
    body: JSON.stringify({ sub: 'mark' }),
  });
  const logs = open.logs() + closed.logs();
  expect(logs).toContain('a connection was refused');
  expect(logs).not.toMatch(/mark-of|eyJ/);
  for (const secret of [jwtSecret, internalSecret, ...token.split('.')]) {
    expect(logs).not.toContain(secret);
  }
});
