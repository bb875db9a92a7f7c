import { setTimeout as delay } from 'node:timers/promises';
import {
  type NodeProcess,
  type RedisServer,
  startRedisCluster,
  startRedisSentinel,
  waitUntil,
} from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { disagreements, waitForAgreement } from './driver/agreement.ts';
import { startChaosNodes } from './driver/chaos-cluster.ts';
import { describeTimes, printFigures } from './driver/figures.ts';
import { openPairs, recordsOf, signalFigures, speakersOf, tallyOf } from './driver/pairs.ts';
import { PlainClient } from './driver/plain-client.ts';
import { PlainSpeaker } from './driver/plain-speaker.ts';
import { Prober } from './driver/prober.ts';
import { chooseSeed, Random } from './driver/random.ts';
import { Traffic } from './driver/traffic.ts';
import {
  expectChangesInOrder,
  expectNoDepartures,
  expectNoDisconnects,
  expectSessionsKept,
} from './driver/verdicts.ts';
import { scaled } from './scale.ts';

const nodeCount = 3;
const pairCount = scaled(20, 100);
const rounds = scaled(1, 3);
/**
 * After how long the stores of this test take a server for gone; a replica is in its place some
 * seconds later. In operation one allows for longer pauses, and waits for longer.
 */
const downAfterMs = 1_000;
/** For that, and for nodes to say again what they hold. */
const agreementMs = 15_000;
/** From when nodes are back: their apprenticeship of 8 s as judges, and time to act as such. */
const judgementMs = 11_000;

/** A store of which one server can be lost. */
interface Store extends AsyncDisposable {
  readonly url: string;
  readonly servers: readonly RedisServer[];
  /** Kills a server that has data and takes writes. */
  killMaster(random: Random): Promise<RedisServer>;
  /** Resolves when everybody who is asked for a master names another one. */
  isReplaced(lost: RedisServer): Promise<boolean>;
  /** Resolves when everything is there twice. */
  settled(): Promise<void>;
}

const stores = [
  {
    what: 'a master under Sentinel',
    start: async (): Promise<Store> => {
      const redis = await startRedisSentinel({ downAfterMs });
      const killMaster = async () => {
        const master = await redis.master();
        await master.kill();
        return master;
      };
      const isReplaced = (lost: RedisServer) =>
        redis.master().then(
          (master) => master !== lost,
          () => false,
        );
      return { ...redis, killMaster, isReplaced };
    },
  },
  {
    what: 'one of three masters of a Redis Cluster',
    start: async (): Promise<Store> => {
      const redis = await startRedisCluster({
        replicas: true,
        nodeTimeoutMs: downAfterMs,
        // The rooms of the other masters go on meanwhile.
        requireFullCoverage: false,
      });
      const servers = [...redis.masters, ...redis.replicas];
      const killMaster = async (random: Random) => {
        const master = random.pick(await redis.mastersNow());
        await master.kill();
        return master;
      };
      const isReplaced = async () => (await redis.mastersNow()).length === redis.masters.length;
      return { ...redis, servers, killMaster, isReplaced };
    },
  },
];

test.concurrent.each(stores)(
  'rule 8: $what is lost, and a replica takes its place',
  async ({ what, start }) => {
    const random = new Random(chooseSeed());
    await using store = await start();
    await using chaos = await startChaosNodes(store, { nodes: nodeCount, balancer: false });
    const { cluster, stored } = chaos;
    const nodeOf = (number: number) => cluster.nodes[number % nodeCount] as NodeProcess;
    using clients = new DisposableStack();
    const pairs = await openPairs(pairCount, 'room', (name, { pair, side }) => {
      const speaker = new PlainSpeaker({ name, url: nodeOf(pair + side).url });
      clients.defer(() => speaker.close());
      return speaker;
    });
    const enter = async (name: string, node: NodeProcess, roomId: string) => {
      const client = new PlainClient({ name, url: node.url });
      clients.defer(() => client.close());
      await client.connect();
      await client.join(roomId);
      return client;
    };
    const witness = await enter('witness', nodeOf(0), 'departures');
    const leavers = await Promise.all(
      Array.from({ length: rounds }, (_, round) =>
        enter(`leaver${round}`, nodeOf(round + 1), 'departures'),
      ),
    );
    const bystanders = new Set([witness, ...leavers].map(({ peerId }) => peerId));
    await waitForAgreement(pairs, stored, { timeoutMs: 10_000, bystanders });
    await using prober = new Prober(witness, 'departures');
    using traffic = new Traffic(pairs, { perSecond: 4 });
    const since = performance.now();
    const agreedAfter: number[] = [];
    const refusedFor: number[] = [];

    for (const leaver of leavers) {
      await store.settled();
      const lostAt = performance.now();
      const lost = await store.killMaster(random);
      // A goodbye that cannot be written down at the moment is one all the same.
      leaver.close();
      agreedAfter.push(await waitForAgreement(pairs, stored, { timeoutMs: 40_000, bystanders }));
      const refused = prober.probes.filter(({ at, outcome }) => at >= lostAt && outcome !== 'ok');
      refusedFor.push(Math.max(0, ...refused.map(({ at, ms }) => at + ms - lostAt)));
      // It comes back with nothing, and must not be taken for the master: Redis is as strict about
      // that as this test is.
      await waitUntil(() => store.isReplaced(lost), Boolean, {
        what: 'everybody to know of the new master',
        timeoutMs: 20_000,
      });
      await lost.restart();
    }
    await delay(judgementMs);
    const regrets = await disagreements(pairs, stored, bystanders);
    traffic.stop();
    const leaves = () => witness.record.of('participant:left', 'vanished');
    await waitUntil(leaves, ({ length }) => length >= rounds, {
      what: 'the witness to be told of every goodbye',
      timeoutMs: 30_000,
    });
    await waitUntil(
      () => stored.sessions(),
      (sessions) => sessions.size === pairCount * 2 + 1,
      { what: 'the sessions of those who said goodbye to be gone' },
    );

    printFigures(`${what} lost ${rounds} times, seed ${random.seed}`, {
      'agreement after the loss': describeTimes(agreedAfter),
      'state commands of one room refused for up to': describeTimes(refusedFor),
      'answers to state commands': describeTimes(prober.probes.map(({ ms }) => ms)),
      signals: signalFigures(pairs),
    });
    const records = recordsOf(pairs);
    expectNoDisconnects([...records, witness.record], since);
    expectNoDepartures(records, since);
    expectChangesInOrder(records, since);
    expectSessionsKept(speakersOf(pairs), since);
    expect(tallyOf(pairs)).toMatchObject({ duplicated: 0, outOfOrder: 0 });
    expect(regrets, 'what nodes did when they could judge each other again').toEqual([]);
    const told = leaves().map(({ detail }) => detail);
    for (const { peerId, record } of leavers) {
      const times = told.filter((detail) => detail.includes(peerId)).length;
      expect(times, `${record.name}\n${witness.record.describe(since)}`).toBe(1);
    }
    expect(told).toHaveLength(rounds);
    expect(Math.max(...agreedAfter)).toBeLessThan(agreementMs);
  },
  scaled(120_000, 280_000),
);
