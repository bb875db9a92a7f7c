import type { RoomRecord } from '@switchboard/protocol';
import { type Cluster, type NodeProcess, startCluster } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type TestClient } from '../authentication/connect.ts';
import { internalSecret, jwtSecret, tokenOf } from '../authentication/tokens.ts';

let cluster: Cluster;
let n1: NodeProcess;
let n2: NodeProcess;

beforeAll(async () => {
  cluster = await startCluster({
    nodes: 2,
    balancer: false,
    env: { JWT_SECRET: jwtSecret, INTERNAL_SECRET: internalSecret, DRAIN_NOTICE_MS: '0' },
  });
  [n1, n2] = [cluster.node('n1'), cluster.node('n2')];
});
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
});

/** Asks a node as a server of the application. */
async function ask(node: NodeProcess, path: string, body?: object): Promise<RoomRecord> {
  const response = await fetch(`${node.url}/v1${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'x-internal-secret': internalSecret, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer as RoomRecord;
}

const visit = (appointmentId: string) => ({
  appointmentId,
  entitled: [
    { userId: 'ada', role: 'practitioner' },
    { userId: 'bob', role: 'patient' },
  ],
  requiredRoles: ['practitioner', 'patient'],
  screenRoles: ['practitioner'],
});

/** A client of a user whose token has no grants at all. */
const client = async (node: NodeProcess, user: string): Promise<TestClient> =>
  connect(node, { auth: { token: await tokenOf(user, {}) } });

const screen = { camera: true, microphone: true, screen: true };

test('SPEC 10: an appointment from booking to its end, the two sides on different nodes', async () => {
  const [made, again] = await Promise.all([
    ask(n1, '/rooms', visit('first')),
    ask(n2, '/rooms', visit('first')),
  ]);
  expect(again).toEqual(made);
  const { roomId } = made;

  using ada = await client(n1, 'ada');
  using bob = await client(n2, 'bob');
  using eve = await client(n1, 'eve');
  await expect(eve.join(roomId)).rejects.toThrow('forbidden');
  await expect(bob.join(roomId, { media: screen })).rejects.toThrow('forbidden');
  expect(await bob.join(roomId)).toMatchObject({ status: 'waiting', appointmentId: 'first' });
  const room = await ada.join(roomId, { media: screen });
  expect(room).toMatchObject({ status: 'in-progress', rev: 3 });
  const started = await bob.first('room:started');
  expect(started).toMatchObject({ roomId, rev: 3, startedAt: room.startedAt });
  expect((await bob.first('participant:joined')).participant.role).toBe('practitioner');

  const share = await bob.send('media:update', { roomId, media: { screen: true } });
  expect(share).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  const signal = { roomId, to: bob.peerId, kind: 'offer', data: { sdp: '' } } as const;
  expect(await ada.send('signal', signal)).toMatchObject({ ok: true });

  expect(await eve.send('room:end', { roomId })).toMatchObject({ error: { code: 'forbidden' } });
  expect(await bob.send('room:end', { roomId })).toEqual({ ok: true });
  for (const each of [ada, bob]) {
    const ended = await each.first('room:ended');
    expect(ended).toMatchObject({ roomId, rev: 4, by: bob.peerId });
  }
  const late = await ada.send('media:update', { roomId, media: {} });
  expect(late).toMatchObject({ error: { code: 'not_in_room' } });
  await expect(ada.join(roomId)).rejects.toThrow('room_ended');
  expect(await bob.send('room:end', { roomId })).toEqual({ ok: true });
  const record = await ask(n1, '/appointments/first');
  expect(record).toMatchObject({
    status: 'ended',
    startedAt: room.startedAt,
    endedAt: expect.any(Number),
    participants: [],
  });
});

test('SPEC 10.6: a client that was away when the room ended is told when it is back, on another node', async () => {
  const { roomId } = await ask(n1, '/rooms', visit('second'));
  using ada = await client(n1, 'ada');
  using bob = await client(n2, 'bob');
  await ada.join(roomId);
  await bob.join(roomId);
  await bob.cut();
  await ada.first('participant:reconnecting');
  await ask(n1, `/rooms/${roomId}/end`, {});
  expect(await ada.first('room:ended')).not.toHaveProperty('by');
  Object.assign(bob.socket.io, { uri: n1.url });
  bob.socket.connect();
  expect(await bob.first('room:ended')).toMatchObject({ roomId });
  expect(bob.names.filter((name) => name === 'welcome')).toHaveLength(2);
});

test('SPEC 10.8: lists and totals are of the whole cluster, and right after a client is gone', async () => {
  const occupied = async () => {
    const page = (await ask(n2, '/rooms?occupied=true')) as unknown as { rooms: RoomRecord[] };
    return page.rooms.map(({ participants }) => participants.map(({ userId }) => userId));
  };
  const { roomId } = await ask(n1, '/rooms', visit('third'));
  {
    using ada = await client(n1, 'ada');
    using bob = await client(n2, 'bob');
    await ada.join(roomId);
    await bob.join(roomId);
    expect(await occupied()).toEqual([['ada', 'bob']]);
    await bob.send('room:leave', { roomId });
    expect(await occupied()).toEqual([['ada']]);
    await ada.send('room:leave', { roomId });
  }
  expect(await occupied()).toEqual([]);
});
