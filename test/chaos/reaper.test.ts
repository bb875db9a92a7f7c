import { type NodeProcess, waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { type ChaosCluster, startChaosCluster } from './driver/chaos-cluster.ts';
import { describeTimes, printFigures } from './driver/figures.ts';
import { PlainClient } from './driver/plain-client.ts';
import { scaled } from './scale.ts';

const roomCount = scaled(20, 50);
/** Of a lease, and of those who are to notice. */
const noticedWithinMs = 10_000;
/** Of a session on `/v1`; nobody can set it. */
const graceMs = 20_000;
/** For a machine that has other things to do. */
const patienceMs = 10_000;

/** In each room one who is on a node to be lost, and a witness elsewhere. */
async function openCouples({ cluster }: ChaosCluster, clients: DisposableStack) {
  const [doomed, ...others] = cluster.nodes as [NodeProcess, ...NodeProcess[]];
  const enter = async (name: string, node: NodeProcess | undefined, roomId: string) => {
    const client = newClient(name, node, clients);
    await client.connect();
    await client.join(roomId);
    return client;
  };
  const couples = await Promise.all(
    Array.from({ length: roomCount }, async (_, index) => {
      const roomId = `room${index}`;
      const witness = await enter(`witness${index}`, others[index % others.length], roomId);
      return { witness, victim: await enter(`victim${index}`, doomed, roomId) };
    }),
  );
  return { doomed, other: others[0], couples };
}

function newClient(
  name: string,
  node: NodeProcess | undefined,
  clients: DisposableStack,
  auth: Readonly<Record<string, string>> = {},
): PlainClient {
  const client = new PlainClient({ name, url: node?.url ?? '', auth });
  clients.defer(() => client.close());
  return client;
}

const losses = [
  {
    what: 'was on a killed node',
    lose: async (doomed: NodeProcess) => {
      await doomed.kill();
      // Its successor has the name, and none of the sessions.
      await doomed.restart();
    },
    noticedWithinMs,
  },
  {
    what: 'lost the connection',
    lose: async () => undefined,
    noticedWithinMs: 0,
  },
];

test.concurrent.each(losses)(
  'rule 7: who $what and does not come back has left, once, in time',
  async ({ what, lose, noticedWithinMs: noticedMs }) => {
    await using chaos = await startChaosCluster({ nodes: 3, balancer: false });
    using clients = new DisposableStack();
    const { doomed, other, couples } = await openCouples(chaos, clients);
    const [first] = couples;
    const token = first?.victim.resumeToken ?? '';

    const lostAt = performance.now();
    const lost = lose(doomed);
    for (const { victim } of couples) victim.vanish();
    await lost;
    const leaves = () => couples.map(({ witness }) => witness.record.of('participant:left'));
    await waitUntil(leaves, (all) => all.every(({ length }) => length > 0), {
      what: 'every witness to be told',
      timeoutMs: noticedMs + graceMs + patienceMs,
    });
    const times = leaves().flatMap((told) => told.map(({ at }) => at - lostAt));
    printFigures(`${roomCount} participants, each of whom ${what}`, {
      'gone after': describeTimes(times),
    });
    // Whoever else may want to end them is to have had the time.
    await waitUntil(
      () => chaos.stored.sessions(),
      (sessions) => sessions.size === roomCount,
      { what: 'their sessions to be gone' },
    );
    // SPEC 5.3: nothing is left to be resumed.
    const late = newClient('late', other, clients, { pid: token, offset: '0' });
    await late.connect();
    expect(late.peerId).not.toBe(first?.victim.peerId);
    for (const { witness, victim } of couples) {
      const told = witness.record.of('participant:left', 'vanished');
      expect(told, witness.record.describe(lostAt)).toHaveLength(1);
      expect(told[0]?.detail).toContain(`"peerId":"${victim.peerId}","reason":"disconnected"`);
      expect(witness.record.count('disconnect'), witness.record.describe(lostAt)).toBe(0);
    }
    expect(Math.min(...times), 'nobody is given up before the grace is over').toBeGreaterThan(
      graceMs,
    );
    expect(Math.max(...times)).toBeLessThan(noticedMs + graceMs + patienceMs);
  },
  120_000,
);
