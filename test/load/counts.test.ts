/**
 * What does not depend on the machine: how often a signal and a join are
 * published, and to how many nodes. A figure that may fall is to be lowered here as well.
 */
import { randomUUID } from 'node:crypto';
import { type Cluster, type RedisServer, startRedis, waitUntil } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import { disposing, TestClient } from '../cluster/test-client.ts';
import { PublicationCounter } from './measure/publications.ts';

let redis: RedisServer;
let cluster: Cluster;

beforeAll(async () => {
  redis = await startRedis({ own: true });
  const env = { COMMANDS_PER_SECOND: '1000000' };
  cluster = await startNodes({ nodes: 4, redis: { url: redis.url }, env });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

/** Two clients in a room of their own. */
async function meet(nodes: readonly [string, string]) {
  const roomId = randomUUID();
  const [sender, receiver] = await Promise.all(
    nodes.map((node) => TestClient.connect(cluster.node(node))),
  );
  if (!sender || !receiver) throw new Error('two nodes make two clients');
  await sender.must('room:join', { roomId });
  await receiver.must('room:join', { roomId });
  const signal = { roomId, to: receiver.peerId, kind: 'candidate', data: { candidate: 'x' } };
  const arrived = (count: number) =>
    waitUntil(
      async () => receiver.told.filter(({ name }) => name === 'signal').length,
      (signals) => signals === count,
      { what: `${count} signals` },
    );
  await waitUntil(
    async () => sender.told.some(({ name }) => name === 'participant:joined'),
    (isTold) => isTold,
    { what: 'the sender to be told of the receiver' },
  );
  return { sender, signal, arrived, clients: disposing([sender, receiver]) };
}

/** What is published while something is done, by nodes and by scripts, to which node. */
async function publishedBy(work: () => Promise<unknown>) {
  await using publications = await PublicationCounter.open(redis.url, cluster.keyPrefix);
  await work();
  const { byChannel } = await publications.settled();
  const total = [...byChannel.values()].reduce((sum, each) => sum + each, 0);
  return { total, channels: [...byChannel.keys()].toSorted() };
}

test('a signal inside a node takes no Redis command', async () => {
  const { sender, signal, arrived, clients } = await meet(['n1', 'n1']);
  using _ = clients;
  const count = 300;
  const published = await publishedBy(async () => {
    for (let index = 0; index < count; index++) await sender.must('signal', signal);
    await arrived(count);
  });
  expect(published.total).toBe(0);
});

test('a signal to another node takes one Redis command, and one node hears of it', async () => {
  const { sender, signal, arrived, clients } = await meet(['n1', 'n2']);
  using _ = clients;
  const count = 300;
  const published = await publishedBy(async () => {
    for (let index = 0; index < count; index++) await sender.must('signal', signal);
    await arrived(count);
  });
  expect(published.total).toBeLessThanOrEqual(count);
  expect(published.channels).toEqual(['node:n2']);
});

test('signals that are sent together travel together: under 0.3 Redis commands each', async () => {
  const { sender, signal, arrived, clients } = await meet(['n1', 'n2']);
  using _ = clients;
  const count = 400;
  const published = await publishedBy(async () => {
    await Promise.all(Array.from({ length: count }, () => sender.must('signal', signal)));
    await arrived(count);
  });
  expect(published.total / count).toBeLessThan(0.3);
});

test('a join and a leave are published once for each node in the room, and to no other', async () => {
  const [first, second] = await TestClient.connectAll([cluster.node('n1'), cluster.node('n2')], 2);
  if (!first || !second) throw new Error('two nodes make two clients');
  using _ = disposing([first, second]);
  const rooms = Array.from({ length: 100 }, () => randomUUID());
  const published = await publishedBy(async () => {
    for (const roomId of rooms) {
      await first.must('room:join', { roomId });
      await second.must('room:join', { roomId });
      await first.must('room:leave', { roomId });
      await second.must('room:leave', { roomId });
    }
  });
  // Of each room: its first member alone is told of itself, then both nodes of the second one and
  // of the first one's leave, then the second one's node of its own.
  // What clients of the tests before leave behind may still be published meanwhile.
  const late = 10;
  expect(published.total).toBeLessThanOrEqual(6 * rooms.length + late);
  expect(published.channels).toEqual(['node:n1', 'node:n2']);
});
