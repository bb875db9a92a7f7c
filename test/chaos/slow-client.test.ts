import { type NodeProcess, startTcpProxy, waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { startChaosCluster } from './driver/chaos-cluster.ts';
import { describeTimes, printFigures } from './driver/figures.ts';
import { heldMiB, metricOf, residentMiB } from './driver/node-health.ts';
import { PlainClient } from './driver/plain-client.ts';
import { Prober } from './driver/prober.ts';
import { scaled } from './scale.ts';

const roomId = 'room';
/** Nearly as long as a signal may be. */
const text = 'x'.repeat(60 * 1_024);
/** Signals on their way at a time: less than a session may send at once. */
const inFlight = 32;
/**
 * Its queue is of 4 MiB at most. What is seen beyond that is garbage of a flood of 60 KiB signals,
 * of which there is little at some moment of every round; what is kept would add up over the rounds.
 * Resident memory says less: what was freed stays with the allocator.
 */
const growthMiB = 128;
const rounds = scaled(2, 10);
/** `pingInterval` and `pingTimeout` together are at most 12 s; and a moment to act on it. */
const noticedMs = 14_000;

async function start(clients: DisposableStack) {
  const chaos = await startChaosCluster({ nodes: 2, balancer: false });
  const [node, other] = chaos.cluster.nodes as [NodeProcess, NodeProcess];
  const enter = async (name: string, url: string) => {
    const client = new PlainClient({ name, url });
    clients.defer(() => client.close());
    await client.connect();
    expect(await client.join(roomId)).toMatchObject({ ok: true });
    return client;
  };
  return { chaos, node, other, enter };
}

test.concurrent(
  'DESIGN 11: a client that stops reading is disconnected, and resumes',
  async () => {
    using clients = new DisposableStack();
    const { chaos, node, other, enter } = await start(clients);
    await using _ = chaos;
    const slow = await enter('slow', node.url);
    const sender = await enter('sender', other.url);
    const bystander = await enter('bystander', node.url);
    const heard = { signals: 0 };
    slow.onSignal(() => {
      heard.signals += 1;
    });
    const { peerId } = slow;
    await using prober = new Prober(bystander, roomId);
    const before = await heldMiB(node);
    const residentBefore = await residentMiB(node);
    const sentBefore: number[] = [];
    let highest = before;
    let lowest = Number.POSITIVE_INFINITY;

    for (let round = 1; round <= rounds; round += 1) {
      slow.stopReading();
      let sent = 0;
      let isOver = false;
      lowest = Number.POSITIVE_INFINITY;
      const flood = async () => {
        const signal = { roomId, to: peerId, kind: 'custom', data: text } as const;
        while (!isOver) {
          const answer = await sender.command('signal', signal);
          if (answer.ok) sent += 1;
          // It is more than a session may send in the long run, and waits as it is told.
          else await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      const flooding = Promise.all(Array.from({ length: inFlight }, flood));
      await waitUntil(
        async () => {
          const held = await heldMiB(node);
          highest = Math.max(highest, held);
          lowest = Math.min(lowest, held);
          return metricOf(node, 'switchboard_slow_clients_total');
        },
        (count) => count === round,
        { what: 'the connection to be closed', timeoutMs: 20_000 },
      );
      isOver = true;
      await flooding;
      sentBefore.push(sent);
      slow.goOnReading();
      await waitUntil(
        () => slow.record.count('welcome'),
        (count) => count === round + 1,
        {
          what: 'the slow one to be back',
          timeoutMs: 15_000,
        },
      );
      const before = heard.signals;
      const signal = { roomId, to: peerId, kind: 'custom', data: 'again' } as const;
      await waitUntil(async () => (await sender.command('signal', signal)).ok, Boolean, {
        what: 'a signal to be accepted again',
      });
      await waitUntil(
        () => heard.signals,
        (count) => count > before,
        { what: 'a signal' },
      );
    }

    printFigures(`a client stopped reading ${rounds} times`, {
      'signals of 60 KiB before it was disconnected': sentBefore,
      'held by its node before, at most, and at least in the last round, MiB': [
        before,
        highest,
        lowest,
      ],
      'resident memory of its node before, and after, MiB': [
        residentBefore,
        await residentMiB(node),
      ],
      'answers to another client of the node': describeTimes(prober.probes.map(({ ms }) => ms)),
    });
    expect(lowest - before, 'MiB that the node has kept').toBeLessThan(growthMiB);
    expect([...slow.peerIds]).toEqual([peerId]);
    expect(slow.room.roster).toEqual([slow, sender, bystander].map((each) => each.peerId).sort());
    for (const { record } of [sender, bystander]) {
      expect(record.of('participant:left', 'vanished', 'disconnect')).toEqual([]);
      expect(record.count('participant:reconnected'), record.describe(0)).toBe(rounds);
    }
  },
  scaled(90_000, 280_000),
);

test.concurrent('SPEC 5.4: a client that is dead without a word is noticed, and keeps its place', async () => {
  using clients = new DisposableStack();
  const { chaos, node, other, enter } = await start(clients);
  await using _ = chaos;
  await using proxy = await startTcpProxy(Number(new URL(node.url).port));
  const dead = await enter('dead', `http://127.0.0.1:${proxy.port}`);
  const witness = await enter('witness', other.url);
  const diedAt = performance.now();
  proxy.set({ kind: 'drop' }, 'both');
  await waitUntil(
    () => witness.record.of('participant:reconnecting'),
    ({ length }) => length > 0,
    { what: 'the witness to be told', timeoutMs: noticedMs + 5_000 },
  );
  const noticedAfter = performance.now() - diedAt;
  // The network is back: so is the client, as the one it was.
  proxy.mend();
  await waitUntil(() => witness.record.count('participant:reconnected'), Boolean, {
    what: 'the dead one to be back',
    timeoutMs: 20_000,
  });
  printFigures('a client without a network', {
    'noticed after': `${Math.round(noticedAfter)} ms`,
    'back after': `${Math.round(performance.now() - diedAt)} ms`,
  });
  expect(noticedAfter).toBeLessThan(noticedMs);
  expect(dead.peerIds.size, dead.record.describe(diedAt)).toBe(1);
  expect(witness.record.of('participant:left', 'vanished')).toEqual([]);
}, 90_000);
