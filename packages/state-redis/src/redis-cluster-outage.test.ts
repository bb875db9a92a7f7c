import { type RedisCluster, startRedisCluster, waitUntil } from '@switchboard/testkit';
import {
  joinRequest,
  nodeReport,
  openNodes,
  Recorder,
  type RecordingNode,
  roomNamed,
} from '@switchboard/testkit/contracts';
import { expect, test } from 'vitest';
import { redisBackend } from '../test/redis-backend.ts';
import { signalMessage } from '../test/signal-message.ts';

/** A command is given up after this long, and then there is a little to be done. */
const commandTimeoutMs = 1_500;

async function start() {
  await using stack = new AsyncDisposableStack();
  const cluster: RedisCluster = stack.use(await startRedisCluster({ masters: 3 }));
  const backend = stack.use(redisBackend(cluster.url));
  const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
  const all = stack.move();
  return { cluster, backend, n1, n2, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Rooms enough that every master has some. */
const rooms = Array.from({ length: 60 }, (_, index) => roomNamed(`room-${index}`));

/** How many rooms can be joined, and how long the slowest answer took. */
async function joinAll(node: RecordingNode, peer: string) {
  const startedAt = performance.now();
  const joins = rooms.map((room) =>
    node.state.rooms.join(joinRequest(room, { node: node.id, peer })),
  );
  const outcomes = await Promise.allSettled(joins);
  const refusals = outcomes.flatMap((each) =>
    each.status === 'rejected' ? [(each.reason as { code?: string }).code] : [],
  );
  return {
    joined: rooms.length - refusals.length,
    refusals,
    afterMs: performance.now() - startedAt,
  };
}

test('messages from one node to another stay in order, over many ticks', async () => {
  await using started = await start();
  const { n1, n2 } = started;
  const count = 2_000;
  for (let index = 0; index < count; index++) {
    n1.state.bus.send(n2.id, signalMessage(n1.id, index));
    if (index % 3 === 0) await new Promise(setImmediate);
  }
  await waitUntil(
    () => n2.messages.seen.length,
    (seen) => seen >= count,
    { what: 'all messages' },
  );
  const order = n2.messages.seen.map((each) => (each.type === 'signal' ? each.signal.data : null));
  expect(order).toEqual(Array.from({ length: count }, (_, index) => index));
});

test('while one master is gone its rooms are refused in time, and go on when it is back', async () => {
  await using started = await start();
  const { cluster, n1 } = started;
  expect(await joinAll(n1, 'ada')).toMatchObject({ joined: rooms.length });
  const [, gone] = cluster.masters;
  await gone?.kill();
  const { refusals, afterMs } = await joinAll(n1, 'bob');
  expect(refusals.length).toBeGreaterThan(5);
  expect(new Set(refusals)).toEqual(new Set(['unavailable']));
  expect(afterMs).toBeLessThan(commandTimeoutMs + 1_500);
  await gone?.restart();
  await waitUntil(
    async () => {
      // The heartbeat of a node does this: it finds what is lost, and opens it for joins again.
      await n1.state.leases.renew(nodeReport());
      return joinAll(n1, 'cy');
    },
    ({ joined }) => joined === rooms.length,
    { what: 'all rooms to be there again', timeoutMs: 20_000 },
  );
});

test('a subscription whose master is gone is taken up at another one', async () => {
  await using started = await start();
  const { cluster, backend, n1, n2 } = started;
  const gaps = new Recorder<string>();
  const state = await backend.connect(n2.id);
  const messages = new Recorder<unknown>();
  await state.bus.open({
    onMessage: messages.record,
    onUndelivered: () => {},
    onRoomEvent: () => {},
    onFenced: () => {},
    onCallChanged: () => {},
    onPresenceChanged: () => {},
    onGap: () => gaps.record('gap'),
  });
  // The subscription is at the first master that the address names.
  await cluster.masters[0]?.kill();
  await gaps.first(() => true, 'the gap');
  await waitUntil(
    () => {
      n1.state.bus.send(n2.id, signalMessage(n1.id, 'again'));
      return messages.seen.length;
    },
    (count) => count > 0,
    { what: 'a message to arrive' },
  );
});
