import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { readLifecycle } from '../deploy/support/pod-lifecycle.ts';
import { waitForAgreement } from './driver/agreement.ts';
import { placesOf, startCalls } from './driver/calls.ts';
import { startChaosCluster } from './driver/chaos-cluster.ts';
import { describeTimes, printFigures } from './driver/figures.ts';
import { recordsOf, signalFigures, speakersOf, tallyOf } from './driver/pairs.ts';
import { Recovery } from './driver/recovery.ts';
import { expectChangesInOrder, expectNoDepartures, expectSessionsKept } from './driver/verdicts.ts';
import { scaled } from './scale.ts';

const execute = promisify(execFile);
const run = ([command = '', ...args]: readonly string[]) => execute(command, args);

const sizes = { sdk: scaled(30, 200), plain: scaled(10, 50), perSecond: 2 };
/** What operators set for a load balancer that looks once a second, and a smaller cluster. */
const env = {
  DRAIN_NOTICE_MS: scaled('1200', '3000'),
  DRAIN_DEADLINE_MS: scaled('6000', '25000'),
};

test(
  'rule 9: every node in turn is stopped as Kubernetes stops it and replaced, and nothing is lost',
  async () => {
    await using chaos = await startChaosCluster({ env });
    const { cluster, stored } = chaos;
    using calls = await startCalls({ url: cluster.url, ...sizes });
    await waitForAgreement(calls.all, stored, { timeoutMs: 10_000 });
    const since = performance.now();
    const stops: unknown[] = [];
    const { preStop, graceMs } = await readLifecycle(Number(env.DRAIN_DEADLINE_MS));

    for (const node of cluster.nodes) {
      const before = placesOf(calls.all);
      const startedAt = performance.now();
      await run(preStop);
      const exit = await node.stop();
      const ms = Math.round(performance.now() - startedAt);
      stops.push(`${node.nodeId} of ${JSON.stringify(before)} in ${ms} ms`);
      expect(exit, node.logs()).toEqual({ code: 0, signal: null });
      // Later than that, Kubernetes would have killed it.
      expect(ms).toBeLessThan(graceMs);
      await node.restart();
    }
    calls.traffic.stop();
    await waitUntil(
      () => tallyOf(calls.sdk),
      ({ lost }) => lost === 0,
      { what: 'all that SDK clients said to arrive', timeoutMs: 30_000 },
    );
    await waitForAgreement(calls.all, stored, { timeoutMs: 20_000 });

    const gaps = recordsOf(calls.all).flatMap((record) => Recovery.gapsOf(record));
    printFigures('every node stopped and replaced', {
      stopped: stops.join('; '),
      'without a connection for': describeTimes(gaps),
      'signals between SDK clients': signalFigures(calls.sdk),
      'signals between plain clients': signalFigures(calls.plain),
    });
    expect(tallyOf(calls.sdk)).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 });
    expect(tallyOf(calls.plain)).toMatchObject({ duplicated: 0, outOfOrder: 0 });
    const records = recordsOf(calls.all);
    expectNoDepartures(records, since);
    expectChangesInOrder(records, since);
    expectSessionsKept(speakersOf(calls.all), since);
  },
  scaled(120_000, 300_000),
);
