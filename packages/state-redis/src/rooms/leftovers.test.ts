import { AnnotationId, MessageId } from '@switchboard/protocol';
import { type RedisServer, startRedis } from '@switchboard/testkit';
import { joinRequest, leaveRequest, openNodes, roomNamed } from '@switchboard/testkit/contracts';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisBackend } from '../../test/redis-backend.ts';

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Names of all keys that begin so. */
async function keysOf(prefix: string): Promise<string[]> {
  const client = new Redis(server.url);
  try {
    const found: string[] = [];
    for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1_000 })) {
      found.push(...(keys as string[]));
    }
    return found;
  } finally {
    client.disconnect();
  }
}

const named = (keys: string[], name: string) => keys.filter((key) => key.includes(name));

test('SPEC 3.5: of a room that everybody has left nothing remains', async () => {
  await using backend = redisBackend(server.url);
  const [n1, n2] = await openNodes(backend, 2);
  if (!n1 || !n2) throw new Error('there are no nodes');
  const room = roomNamed('consultation');
  const who = [
    { node: n1.id, peer: 'ada' },
    { node: n2.id, peer: 'bob' },
    { node: n1.id, peer: 'cy' },
  ];
  for (const each of who) await n1.state.rooms.join(joinRequest(room, each));
  await n1.state.rooms.update({
    room,
    binding: {
      peerId: joinRequest(room, who[0] as (typeof who)[0]).binding.peerId,
      node: n1.id,
      epoch: 1,
    },
    media: { camera: true },
    onlyAsEntitled: null,
  });
  const ofAda = joinRequest(room, who[0] as (typeof who)[0]).binding;
  const by = { room, binding: ofAda };
  const from = ofAda.peerId;
  const message = { id: MessageId.parse('m1'), from, text: 'hello' };
  await n1.state.chat.send({ ...by, message });
  const annotation = { id: AnnotationId.parse('a1'), by: from, data: null };
  await n1.state.annotations.put({ ...by, annotation });
  expect(named(await keysOf(backend.keyPrefix), 'consultation')).toHaveLength(5);
  for (const each of who) await n2.state.rooms.leave(leaveRequest(room, each));
  expect(named(await keysOf(backend.keyPrefix), 'consultation')).toEqual([]);
});

test('what is refused leaves nothing behind', async () => {
  await using backend = redisBackend(server.url);
  const [n1] = await openNodes(backend, 1);
  if (!n1) throw new Error('there is no node');
  const room = roomNamed('consultation');
  const ada = { node: n1.id, peer: 'ada' };
  await n1.state.rooms.leave(leaveRequest(room, ada));
  await n1.state.rooms.read(room);
  expect(named(await keysOf(backend.keyPrefix), 'consultation')).toEqual([]);
  await n1.state.rooms.join(joinRequest(room, ada, { capacity: 1 }));
  const before = (await keysOf(backend.keyPrefix)).toSorted();
  await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'bob' }));
  expect((await keysOf(backend.keyPrefix)).toSorted()).toEqual(before);
});
