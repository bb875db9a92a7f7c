import { isCallOver, type SessionRecord } from '@switchboard/protocol';
import { type Cluster, httpStatus, type NodeProcess, waitUntil } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallClient } from './call-client.ts';
import { startNodes } from './start-nodes.ts';

/** SPEC 15: what is asked of one node, and is about what another one has. */

const secret = 'an internal secret of more than 32 bytes';
let cluster: Cluster;

beforeAll(async () => {
  const env = { INTERNAL_SECRET: secret, DRAIN_DEADLINE_MS: '2000' };
  cluster = await startNodes({ nodes: 2, env });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

async function ask(method: 'GET' | 'POST', path: string, node: NodeProcess = cluster.node('n1')) {
  const response = await fetch(`${node.url}/v1/admin${path}`, {
    method,
    headers: { 'x-internal-secret': secret },
  });
  return { status: response.status, body: await response.json() };
}

let count = 0;

/** A user whom no other test knows, on the node that is not asked. */
async function connect(name: string): Promise<CallClient> {
  count += 1;
  return CallClient.connect(cluster.node('n2'), `${name}-${count}`);
}

test('SPEC 16.3: a session is found by its user, its room, its node and its status, and ended', async () => {
  using ada = await connect('ada');
  const roomId = `ward 7/${ada.userId}`;
  await ada.must('room:join', { roomId });
  const of = `userId=${ada.userId}`;
  const { body } = await ask('GET', `/sessions?${of}`);
  expect(body).toEqual({
    sessions: [
      {
        ...{ peerId: ada.peerId, tenant: 'default', status: 'connected', node: 'n2' },
        ...{ dialect: 'v1', userId: ada.userId, rooms: [roomId] },
        connectedAt: expect.any(Number),
        address: expect.any(String),
      },
    ],
  });
  const room = encodeURIComponent('ward 7');
  for (const filter of [`${of}&room=${room}`, `${of}&node=n2`, `${of}&status=connected`]) {
    expect((await ask('GET', `/sessions?${filter}`)).body).toEqual(body);
  }
  for (const filter of [`${of}&room=ward8`, `${of}&node=n1`, `${of}&status=detached`]) {
    expect((await ask('GET', `/sessions?${filter}`)).body).toEqual({ sessions: [] });
  }
  const closed = new Promise((resolve) => ada.socket.once('disconnect', resolve));
  const path = `/sessions/${ada.peerId}/disconnect`;
  expect(await ask('POST', path)).toEqual({ status: 200, body: {} });
  // It stays away: this is how a server says goodbye.
  expect(await closed).toBe('io server disconnect');
  expect((await ask('POST', path)).status).toBe(404);
  expect((await ask('GET', `/sessions?${of}`)).body).toEqual({ sessions: [] });
});

test('SPEC 16.1: rooms are listed by what their names begin with, and ended', async () => {
  using ada = await connect('ada');
  const roomId = `visit/${ada.userId}`;
  await ada.must('room:join', { roomId });
  const prefix = encodeURIComponent(`visit/${ada.userId}`);
  const listed = await ask('GET', `/rooms?prefix=${prefix}&status=in-progress`);
  expect(listed.body).toMatchObject({ rooms: [{ roomId, participants: [{}] }] });
  expect((await ask('GET', `/rooms?prefix=${prefix}&status=waiting`)).body).toEqual({ rooms: [] });
  const told = new Promise((resolve) => ada.socket.once('room:ended', resolve));
  const ended = await ask('POST', `/rooms/${encodeURIComponent(roomId)}/end`);
  expect(ended).toMatchObject({ status: 200, body: { status: 'ended', participants: [] } });
  expect(await told).toMatchObject({ roomId });
});

test.each(['ringing', 'accepted'] as const)(
  'SPEC 16.4: a call that is %s is listed, and both of its users are told of its end',
  async (state) => {
    using ada = await connect('ada');
    using bob = await connect('bob');
    const callId = `call of ${ada.userId}`;
    await ada.must('call:invite', { callId, to: bob.userId, roomId: `desk/${ada.userId}` });
    if (state === 'accepted') await bob.must('call:accept', { callId });
    for (const filter of [
      `userId=${ada.userId}`,
      `userId=${bob.userId}&status=${state}&room=desk`,
    ]) {
      const { body } = await ask('GET', `/calls?${filter}`);
      expect(body).toMatchObject({ calls: [{ callId, state, from: { userId: ada.userId } }] });
    }
    const path = `/calls/${encodeURIComponent(callId)}/end?userId=`;
    expect((await ask('POST', `${path}nobody`)).status).toBe(404);
    const { status, body } = await ask('POST', path + bob.userId);
    expect([status, body.state]).toEqual([200, state === 'ringing' ? 'cancelled' : 'ended']);
    for (const client of [ada, bob]) {
      expect(isCallOver((await client.told(callId, body.state)).state)).toBe(true);
    }
    expect(await ask('POST', path + ada.userId)).toEqual({ status, body });
    expect((await ask('GET', `/calls?userId=${ada.userId}`)).body).toEqual({ calls: [] });
  },
);

test('pages of a filtered list go on until there is no cursor', async () => {
  using ada = await connect('ada');
  using bob = await connect('bob');
  const seen: string[] = [];
  let cursor = '';
  do {
    const { body } = await ask('GET', `/sessions?limit=1&node=n2${cursor}`);
    expect(body.sessions.length).toBeLessThanOrEqual(1);
    seen.push(...body.sessions.map(({ peerId }: SessionRecord) => peerId));
    cursor = body.cursor === undefined ? '' : `&cursor=${encodeURIComponent(body.cursor)}`;
  } while (cursor !== '');
  expect(seen).toEqual(expect.arrayContaining([ada.peerId, bob.peerId]));
  expect(new Set(seen).size).toBe(seen.length);
});

// The last one: there is no way back but to start the node again.
test('SPEC 16.2: a drained node sends its clients elsewhere, is not ready, and stays', async () => {
  using ada = await connect('ada');
  const listed = async () => (await ask('GET', '/nodes')).body.nodes;
  await waitUntil(listed, (nodes) => nodes[1]?.connections === 1, { what: 'n2 to say its load' });
  expect(await listed()).toMatchObject([
    { node: 'n1', status: 'serving', connections: 0 },
    { node: 'n2', status: 'serving', connections: 1 },
  ]);
  expect((await ask('POST', '/nodes/nowhere/drain')).status).toBe(404);
  const draining = new Promise((resolve) => ada.socket.once('node:draining', resolve));
  const closed = new Promise((resolve) => ada.socket.once('disconnect', resolve));
  const { status, body } = await ask('POST', '/nodes/n2/drain');
  expect([status, body.node]).toEqual([202, 'n2']);
  expect(await draining).toMatchObject({ reconnectInMs: expect.any(Number) });
  // The transport, so that the client comes back by itself; behind a balancer, elsewhere.
  expect(await closed).toBe('transport close');
  const { opsUrl } = cluster.node('n2');
  expect(await httpStatus(`${opsUrl}/readyz`)).toBe(503);
  await waitUntil(listed, (nodes) => nodes[1]?.status === 'draining', { what: 'n2 to say so' });
  expect((await listed())[1]).toMatchObject({ connections: 0, drainingSince: expect.any(Number) });
  // Again, and asked of itself: it changes nothing.
  expect((await ask('POST', '/nodes/n2/drain', cluster.node('n2'))).status).toBe(202);
  expect(await httpStatus(`${opsUrl}/livez`)).toBe(200);
  await expect(CallClient.connect(cluster.node('n2'), null)).rejects.toThrow();
  expect(await cluster.node('n2').stop()).toEqual({ code: 0, signal: null });
  await waitUntil(listed, (nodes) => nodes.length === 1, { what: 'n2 to be gone' });
});
