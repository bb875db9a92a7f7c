import { type NodeProcess, startNode } from '@switchboard/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Room, type RoomEvents, SwitchboardClient, type Transport } from '../src/index.ts';

/** The SDK from Node, against a real node. */

let node: NodeProcess;
let rooms = 0;
const clients: SwitchboardClient[] = [];

beforeAll(async () => {
  node = await startNode({ nodeId: 'n1', env: { NODE_ENV: 'test', LOG_LEVEL: 'warn' } });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await node.stop();
});

const newRoom = () => `room-${++rooms}`;

async function connect(transports?: Transport[]): Promise<SwitchboardClient> {
  const client = new SwitchboardClient();
  clients.push(client);
  await client.connect({ url: node.url, ...(transports && { transports }) });
  return client;
}

const next = <K extends keyof RoomEvents>(room: Room, event: K): Promise<RoomEvents[K]> =>
  new Promise((resolve) => room.once(event, resolve));

describe.each([
  ['by default', undefined],
  ['over WebSocket alone', ['websocket']],
  ['over long-polling alone', ['polling']],
] satisfies [string, Transport[] | undefined][])('%s', (_, transports) => {
  test('two clients see and hear of each other', async () => {
    const roomId = newRoom();
    const [ann, bob] = await Promise.all([connect(transports), connect(transports)]);
    const annsRoom = await ann.join(roomId, { name: 'Ann', capacity: 2 });
    const joined = next(annsRoom, 'participantJoined');
    const bobsRoom = await bob.join(roomId, { name: 'Bob', media: { microphone: true } });
    await expect(joined).resolves.toMatchObject({
      participant: { name: 'Bob', peerId: bob.peerId, media: { microphone: true, camera: false } },
    });
    expect(bobsRoom.others).toMatchObject([{ name: 'Ann', peerId: ann.peerId }]);
    expect(bobsRoom.capacity).toBe(2);

    const updated = next(annsRoom, 'participantUpdated');
    await expect(bobsRoom.setMedia({ camera: true })).resolves.toMatchObject({ camera: true });
    await expect(updated).resolves.toMatchObject({
      participant: { name: 'Bob', media: { microphone: true, camera: true } },
    });

    const left = next(annsRoom, 'participantLeft');
    await bobsRoom.leave();
    await expect(left).resolves.toMatchObject({ participant: { name: 'Bob' }, reason: 'left' });
    expect(annsRoom.others).toEqual([]);
  });

  test('signals arrive, all and in order', async () => {
    const roomId = newRoom();
    const [ann, bob] = await Promise.all([connect(transports), connect(transports)]);
    const annsRoom = await ann.join(roomId);
    const bobsRoom = await bob.join(roomId);
    const heard: unknown[] = [];
    const all = Promise.withResolvers<void>();
    annsRoom.on('signal', ({ data }) => {
      if (heard.push(data) === 100) all.resolve();
    });
    const sent = Array.from({ length: 100 }, (_, n) => n);
    await Promise.all(sent.map((n) => bobsRoom.sendSignal(annsRoom.self.peerId, 'custom', n)));
    await all.promise;
    expect(heard).toEqual(sent);
  });
});

test('refusals name their code, and the field', async () => {
  const roomId = newRoom();
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await ann.join(roomId, { capacity: 1 });
  await expect(bob.join(roomId)).rejects.toMatchObject({ code: 'room_full', retryable: true });
  await expect(bob.join('')).rejects.toMatchObject({
    code: 'invalid_argument',
    retryable: false,
    path: ['roomId'],
  });
});

test('joining twice gives the same room', async () => {
  const roomId = newRoom();
  const ann = await connect();
  const [first, second] = await Promise.all([ann.join(roomId), ann.join(roomId)]);
  expect(second).toBe(first);
  expect(await ann.join(roomId)).toBe(first);
});

test('a client that is closed is gone at once', async () => {
  const roomId = newRoom();
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const annsRoom = await ann.join(roomId);
  await bob.join(roomId, { name: 'Bob' });
  const left = next(annsRoom, 'participantLeft');
  bob.close();
  await expect(left).resolves.toMatchObject({ participant: { name: 'Bob' } });
});

test('rooms survive a restart of the node, with what was set meanwhile', async () => {
  const roomId = newRoom();
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const annsRoom = await ann.join(roomId, { name: 'Ann', media: { camera: true } });
  const bobsRoom = await bob.join(roomId, { name: 'Bob' });
  const back = [annsRoom, bobsRoom].map((room) => next(room, 'rejoined'));
  const away = new Promise((resolve) => ann.on('stateChanged', resolve));
  const restarted = node.restart();
  await expect(away).resolves.toMatchObject({ state: 'reconnecting' });
  await annsRoom.setMedia({ microphone: true });
  await restarted;
  await Promise.all(back);

  await expect
    .poll(() => bobsRoom.others, { timeout: 15_000 })
    .toMatchObject([{ name: 'Ann', media: { camera: true, microphone: true, screen: false } }]);
  await expect.poll(() => annsRoom.others, { timeout: 15_000 }).toMatchObject([{ name: 'Bob' }]);
  const heard = next(annsRoom, 'signal');
  await bobsRoom.sendSignal(annsRoom.self.peerId, 'custom', 'still here');
  await expect(heard).resolves.toMatchObject({ data: 'still here' });
}, 60_000);

test('where nobody listens, connecting fails in the end', async () => {
  const client = new SwitchboardClient({ connectTimeoutMs: 300 });
  await expect(client.connect({ url: 'http://127.0.0.1:9' })).rejects.toMatchObject({
    code: 'unreachable',
    retryable: true,
  });
});
