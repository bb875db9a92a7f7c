import { setTimeout as delay } from 'node:timers/promises';
import { type NodeProcess, type RedisServer, waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { disagreements, waitForAgreement } from './driver/agreement.ts';
import { startChaosCluster } from './driver/chaos-cluster.ts';
import { describeTimes, percentile, printFigures } from './driver/figures.ts';
import { healthOf, residentMiB } from './driver/node-health.ts';
import {
  type OpenSpeaker,
  openPairs,
  recordsOf,
  signalFigures,
  speakersOf,
  tallyOf,
} from './driver/pairs.ts';
import { PlainClient } from './driver/plain-client.ts';
import { PlainSpeaker } from './driver/plain-speaker.ts';
import { Prober } from './driver/prober.ts';
import { Traffic } from './driver/traffic.ts';
import {
  expectChangesInOrder,
  expectNoDepartures,
  expectNoDisconnects,
  expectSessionsKept,
} from './driver/verdicts.ts';
import { scaled } from './scale.ts';

const nodeCount = 3;
const pairCount = scaled(12, 60);
const outageMs = scaled(8_000, 30_000);
/** From when nodes are back: their apprenticeship of 8 s as judges, and time to act as such. */
const judgementMs = 11_000;

interface Outage {
  readonly what: string;
  begin(redis: RedisServer): Promise<void>;
  end(redis: RedisServer): Promise<void>;
}

const outages: readonly Outage[] = [
  {
    what: 'is killed and comes back with its data',
    begin: (redis) => redis.kill(),
    end: (redis) => redis.restart(),
  },
  {
    what: 'freezes, and its connections stay open',
    begin: (redis) => redis.pause(),
    end: (redis) => redis.resume(),
  },
];

test.concurrent.each(outages)(
  'rule 8: Redis $what',
  async ({ what, begin, end }) => {
    const redisArgs = ['--appendonly', 'yes', '--appendfsync', 'always'];
    await using chaos = await startChaosCluster({ nodes: nodeCount, balancer: false, redisArgs });
    const { cluster, redis, stored } = chaos;
    const nodeOf = (number: number) => cluster.nodes[number % nodeCount] as NodeProcess;
    using clients = new DisposableStack();
    const openOn =
      (step: number): OpenSpeaker =>
      (name, { pair, side }) => {
        const speaker = new PlainSpeaker({ name, url: nodeOf(pair + side * step).url });
        clients.defer(() => speaker.close());
        return speaker;
      };
    const near = await openPairs(pairCount, 'near', openOn(0));
    const far = await openPairs(pairCount, 'far', openOn(1));
    const pairs = [...near, ...far];
    const [witness, newcomer, returner] = ['witness', 'newcomer', 'returner'].map((name, index) => {
      const client = new PlainClient({ name, url: nodeOf(index).url });
      clients.defer(() => client.close());
      return client;
    }) as [PlainClient, PlainClient, PlainClient];
    await Promise.all([witness.connect(), returner.connect()]);
    await witness.join('witness');
    const bystanders = () => new Set([witness, newcomer, returner].map(({ peerId }) => peerId));
    await waitForAgreement(pairs, stored, { timeoutMs: 10_000, bystanders: bystanders() });

    await using prober = new Prober(witness, 'witness');
    using traffic = new Traffic(pairs, { perSecond: 10 });
    const memoryBefore = await Promise.all(cluster.nodes.map(residentMiB));
    const since = performance.now();
    await begin(redis);
    await waitUntil(
      () => Promise.all(cluster.nodes.map(healthOf)),
      (healths) => healths.every(({ live, ready }) => live === 200 && ready === 503),
      { what: 'all nodes to be live and not ready', timeoutMs: 5_000 },
    );
    const unreadyMs = performance.now() - since;
    const newcomerPeer = await newcomer.connect();
    const returnerPeer = returner.peerId;
    returner.loseTransport();
    await waitUntil(() => returner.isConnected, Boolean, { what: 'the returner to be back' });
    const join = await newcomer.join('elsewhere');
    await delay(outageMs - (performance.now() - since));
    const health = await Promise.all(cluster.nodes.map(healthOf));
    const memoryAfter = await Promise.all(cluster.nodes.map(residentMiB));
    const upAt = performance.now();
    await end(redis);

    const agreementMs = await waitForAgreement(pairs, stored, {
      timeoutMs: 15_000,
      bystanders: bystanders(),
    });
    await delay(judgementMs);
    const regrets = await disagreements(pairs, stored, bystanders());
    traffic.stop();
    await waitUntil(
      () => tallyOf(near),
      ({ lost }) => lost === 0,
      { what: 'all signals within a node to arrive' },
    );
    const probes = prober.within(since, upAt);
    printFigures(`Redis ${what}, away for ${Math.round(upAt - since)} ms`, {
      'not ready after': `${Math.round(unreadyMs)} ms`,
      'agreement after its return': `${Math.round(agreementMs)} ms`,
      'answers to state commands meanwhile': describeTimes(probes.map(({ ms }) => ms)),
      'signals within a node': signalFigures(near),
      'signals across nodes': signalFigures(far),
      'memory of nodes before and after, MiB': [memoryBefore, memoryAfter],
    });
    const records = recordsOf(pairs);
    expectNoDisconnects(records, since);
    expectNoDepartures(records, since);
    expectChangesInOrder(records, since);
    expectSessionsKept(speakersOf(pairs), since);
    expect(regrets, 'what nodes did when they could judge each other again').toEqual([]);
    expect([...newcomer.peerIds], 'who came meanwhile keeps the session').toEqual([newcomerPeer]);
    expect([...returner.peerIds], 'who lost the connection resumes').toEqual([returnerPeer]);
    const sessions = await stored.sessions();
    for (const peerId of bystanders())
      expect(sessions.get(peerId)).toMatchObject({ state: 'bound' });
    expect(tallyOf(near)).toMatchObject({ duplicated: 0, outOfOrder: 0 });
    expect(health).toEqual(health.map(() => ({ live: 200, ready: 503 })));
    expect(join).toMatchObject({ ok: false, error: { code: 'unavailable', retryable: true } });
    const answers = new Set(probes.map(({ outcome, retryable }) => `${outcome} ${retryable}`));
    expect([...answers]).toEqual(['unavailable true']);
    // One that was on its way waits for its timeout; from then on they are refused at once.
    expect(Math.max(...probes.map(({ ms }) => ms))).toBeLessThan(3_000);
    expect(
      percentile(
        probes.map(({ ms }) => ms),
        90,
      ),
    ).toBeLessThan(500);
    for (const [index, before] of memoryBefore.entries()) {
      expect((memoryAfter[index] ?? 0) - before, 'MiB that a node has grown').toBeLessThan(64);
    }
  },
  180_000,
);
