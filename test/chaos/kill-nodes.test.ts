import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { waitForAgreement } from './driver/agreement.ts';
import { placesOf, startCalls } from './driver/calls.ts';
import { startChaosCluster } from './driver/chaos-cluster.ts';
import { describeTimes, percentile, printFigures } from './driver/figures.ts';
import { recordsOf, signalFigures, speakersOf, tallyOf } from './driver/pairs.ts';
import { chooseSeed, Random } from './driver/random.ts';
import { Recovery } from './driver/recovery.ts';
import { expectChangesInOrder, expectNoDepartures, expectSessionsKept } from './driver/verdicts.ts';
import { scaled } from './scale.ts';

const sizes = { sdk: scaled(30, 200), plain: scaled(10, 50), perSecond: 2 };
const kills = scaled(3, 12);
const betweenKillsMs = scaled(4_000, 5_000);
/** A signal may be on its way for so long, and the news that somebody is at another node. */
const inFlightMs = 500;
/** Of a machine that does other things besides; the figures are what to look at. */
const resumedWithinMs = 10_000;
/** Nobody is moved for the sake of even loads: whoever loses a connection has lost the node. */
const env = { SHED_PERCENT: '0' };

test(
  'rules 5 and 6: nodes are killed under load, and nothing is lost',
  async () => {
    const random = new Random(chooseSeed());
    await using chaos = await startChaosCluster({ env });
    const { cluster, stored } = chaos;
    using calls = await startCalls({ url: cluster.url, ...sizes });
    await waitForAgreement(calls.all, stored, { timeoutMs: 10_000 });
    const since = performance.now();
    const sdk = new Recovery(speakersOf(calls.sdk));
    const plain = new Recovery(speakersOf(calls.plain));
    const places: unknown[] = [];

    for (let count = 0; count < kills; count += 1) {
      const next = delay(betweenKillsMs);
      const node = random.pick(cluster.nodes);
      places.push(`${node.nodeId} of ${JSON.stringify(placesOf(calls.all))}`);
      for (const recovery of [sdk, plain]) recovery.expectFrom(node.nodeId);
      await node.kill();
      await node.restart();
      await next;
    }
    calls.traffic.stop();
    await waitUntil(
      () => tallyOf(calls.sdk),
      ({ lost }) => lost === 0,
      { what: 'all that SDK clients said to arrive', timeoutMs: 30_000 },
    );
    await waitForAgreement(calls.all, stored, { timeoutMs: 20_000 });

    printFigures(`${kills} nodes killed, seed ${random.seed}`, {
      'killed, and where clients were': places.join('; '),
      'SDK clients resumed after': describeTimes(sdk.times),
      'plain clients resumed after': describeTimes(plain.times),
      'signals between SDK clients': signalFigures(calls.sdk),
      'signals between plain clients': signalFigures(calls.plain),
    });
    expect(tallyOf(calls.sdk)).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 });
    expect(tallyOf(calls.plain)).toMatchObject({ duplicated: 0, outOfOrder: 0 });
    // Without acknowledgements, what is on its way from or to a node dies with it, and nothing else.
    const unexplained = calls.plain.flatMap(({ roomId, members: [a, b] }) =>
      [a, b].flatMap(({ stream }) =>
        stream.lostAt
          .filter((at) => ![a, b].some(({ speaker }) => plain.wasAffected(speaker, at, inFlightMs)))
          .map((at) => `${roomId} at ${Math.round(at - since)} ms`),
      ),
    );
    expect(unexplained, 'lost signals between clients whose nodes were alive').toEqual([]);
    const records = recordsOf(calls.all);
    expectNoDepartures(records, since);
    expectChangesInOrder(records, since);
    expectSessionsKept(speakersOf(calls.all), since);
    expect(sdk.missing).toEqual([]);
    expect(plain.missing).toEqual([]);
    expect(percentile([...sdk.times, ...plain.times], 99)).toBeLessThan(resumedWithinMs);
  },
  scaled(120_000, 300_000),
);
