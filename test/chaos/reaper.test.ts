import type { NodeProcess } from '@switchboard/testkit';
import { waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { startChaosCluster } from './driver/chaos-cluster.ts';
import { describeTimes, printFigures } from './driver/figures.ts';
import { PlainClient } from './driver/plain-client.ts';
import { isFull } from './scale.ts';

const roomCount = 50;
/** Of a lease, and of those who are to notice. */
const noticedWithinMs = 10_000;
/** Of a session on `/v1`; nobody can set it. */
const graceMs = 20_000;
/** For a machine that has other things to do. */
const patienceMs = 10_000;

test.runIf(isFull)(
  'rule 7: who was on a killed node and does not come back has left, once, in time',
  async () => {
    await using chaos = await startChaosCluster({ nodes: 3, balancer: false });
    const { cluster, stored } = chaos;
    const [doomed, ...others] = cluster.nodes as [NodeProcess, ...NodeProcess[]];
    using clients = new DisposableStack();
    const enter = async (name: string, node: NodeProcess | undefined, roomId: string) => {
      const client = new PlainClient({ name, url: node?.url ?? '' });
      clients.defer(() => client.close());
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

    const killedAt = performance.now();
    const killed = doomed.kill();
    for (const { victim } of couples) victim.vanish();
    await killed;
    // Its successor has the name, and none of the sessions.
    await doomed.restart();
    const leaves = () => couples.map(({ witness }) => witness.record.of('participant:left'));
    await waitUntil(leaves, (all) => all.every(({ length }) => length > 0), {
      what: 'every witness to be told',
      timeoutMs: noticedWithinMs + graceMs + patienceMs,
    });
    const times = leaves().flatMap((told) => told.map(({ at }) => at - killedAt));
    printFigures(`${roomCount} participants of a killed node`, {
      'gone after': describeTimes(times),
    });
    // Whoever else may want to end them is to have had the time.
    await waitUntil(
      () => stored.sessions(),
      (sessions) => sessions.size === roomCount,
      { what: 'their sessions to be gone' },
    );
    for (const { witness, victim } of couples) {
      const told = witness.record.of('participant:left', 'vanished');
      expect(told, witness.record.describe(killedAt)).toHaveLength(1);
      expect(told[0]?.detail).toContain(`"peerId":"${victim.peerId}","reason":"disconnected"`);
      expect(witness.record.count('disconnect')).toBe(0);
    }
    expect(Math.min(...times), 'nobody is given up before the grace is over').toBeGreaterThan(
      graceMs,
    );
  },
  120_000,
);
