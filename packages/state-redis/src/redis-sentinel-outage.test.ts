import { type RedisSentinel, startRedisSentinel, waitUntil } from '@switchboard/testkit';
import {
  joinRequest,
  nodeReport,
  openNodes,
  type RecordingNode,
  roomNamed,
} from '@switchboard/testkit/contracts';
import { expect, test } from 'vitest';
import { redisBackend } from '../test/redis-backend.ts';
import { signalMessage } from '../test/signal-message.ts';

const room = roomNamed('consultation');

async function start() {
  await using stack = new AsyncDisposableStack();
  const redis: RedisSentinel = stack.use(await startRedisSentinel());
  const backend = stack.use(redisBackend(redis.url));
  const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
  const all = stack.move();
  return { redis, backend, n1, n2, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const toBe = (isAvailable: boolean, ...nodes: RecordingNode[]) =>
  waitUntil(
    () => nodes.map(({ state }) => state.isAvailable()),
    (all) => all.every((each) => each === isAvailable),
    { what: `the state to be ${isAvailable ? '' : 'un'}available`, timeoutMs: 20_000 },
  );

test.each(['kill', 'pause'] as const)(
  'a replica takes over when the master is gone (%s), and nodes go on with what it has',
  async (take) => {
    await using started = await start();
    const { redis, n1, n2 } = started;
    const outcome = await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
    expect(outcome).toMatchObject({ kind: 'joined' });
    await redis.settled();
    const [first] = redis.servers;
    await first?.[take]();
    await toBe(false, n1, n2);
    // That nothing comes back shows when something is asked, as the heartbeat of a node does.
    const renew = ({ state }: RecordingNode) =>
      state.leases.renew(nodeReport()).then(
        () => true,
        () => false,
      );
    await waitUntil(
      () => Promise.all([n1, n2].map(renew)),
      (all) => all.every(Boolean),
      {
        what: 'both nodes to renew their leases',
        timeoutMs: 20_000,
      },
    );
    await toBe(true, n1, n2);
    expect(await redis.master()).toBe(redis.servers[1]);
    const state = await n2.state.rooms.read(room);
    expect(state?.members.map(({ participant }) => participant.peerId)).toEqual(['ada']);
    n1.state.bus.send(n2.id, signalMessage(n1.id, 'after'));
    await n2.messages.first((each) => each.type === 'signal' && each.signal.data === 'after');
  },
);

test('while all Sentinels are away a node goes on, and one that starts does not', async () => {
  await using started = await start();
  const { redis, backend, n1 } = started;
  await Promise.all(redis.sentinels.map((sentinel) => sentinel.pause()));
  await expect(openNodes(backend, 1)).rejects.toThrow(/sentinels are unreachable/i);
  expect(await n1.state.rooms.read(room)).toBeNull();
  await redis.servers[0]?.restart();
  await toBe(false, n1);
  await Promise.all(redis.sentinels.map((sentinel) => sentinel.resume()));
  await toBe(true, n1);
});
