import { setTimeout as delay } from 'node:timers/promises';
import { type NodeProcess, startNode, startRedis, startTcpProxy } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { waitForAgreement } from './driver/agreement.ts';
import { startChaosCluster, startChaosNodes } from './driver/chaos-cluster.ts';
import { CrowdingWatch } from './driver/crowding.ts';
import { printFigures } from './driver/figures.ts';
import { Intruders } from './driver/intruders.ts';
import {
  openPairs,
  type Pair,
  pairCapacity,
  recordsOf,
  signalFigures,
  speakersOf,
} from './driver/pairs.ts';
import { PlainClient } from './driver/plain-client.ts';
import { PlainSpeaker } from './driver/plain-speaker.ts';
import { Traffic } from './driver/traffic.ts';
import {
  expectChangesInOrder,
  expectNoDepartures,
  expectNoDisconnects,
  expectSessionsKept,
} from './driver/verdicts.ts';
import { scaled } from './scale.ts';

const pairCount = scaled(40, 200);
const loadMs = scaled(1_500, 10_000);

test('rule 8: the data is lost twice under load, and no client notices', async () => {
  await using chaos = await startChaosCluster();
  const { cluster, redis, stored } = chaos;
  const open = (name: string) => new PlainSpeaker({ name, url: cluster.url });
  const pairs = await openPairs(pairCount, 'room', open);
  using clients = new DisposableStack();
  for (const speaker of speakersOf(pairs)) clients.defer(() => speaker.close());
  const besieged = pairs.slice(0, 8).map(({ roomId }) => roomId);
  await using intruders = await Intruders.start({ url: cluster.url, roomIds: besieged });
  await using crowding = new CrowdingWatch(stored);
  using traffic = new Traffic(pairs, { perSecond: 4 });
  const since = performance.now();
  const bystanders = intruders.peerIds;
  await waitForAgreement(pairs, stored, { timeoutMs: 5_000, bystanders });

  await stored.flush();
  const flushedMs = await waitForAgreement(pairs, stored, { timeoutMs: 20_000, bystanders });
  await delay(loadMs);
  await redis.restart();
  const restartedMs = await waitForAgreement(pairs, stored, { timeoutMs: 20_000, bystanders });
  await delay(loadMs);
  traffic.stop();

  printFigures('data loss', {
    'agreement after FLUSHALL': `${Math.round(flushedMs)} ms`,
    'agreement after a restart with nothing': `${Math.round(restartedMs)} ms`,
    'joins of full rooms': Object.fromEntries(intruders.outcomes),
    signals: signalFigures(pairs),
  });
  const records = recordsOf(pairs);
  expectNoDisconnects(records, since);
  expectNoDepartures(records, since);
  expectChangesInOrder(records, since);
  expectSessionsKept(speakersOf(pairs), since);
  expect(intruders.successes).toBe(0);
  expect(intruders.outcomes.get('room_full')).toBeGreaterThan(0);
  expect(crowding.most).toBe(pairCapacity);
  expect(flushedMs).toBeLessThan(5_000);
  expect(restartedMs).toBeLessThan(5_000);
}, 120_000);

test('rule 8: a node that starts just after a loss lets nobody in before those who were', async () => {
  await using redis = await startRedis({ own: true });
  await using proxy = await startTcpProxy(redis.port);
  const url = `redis://127.0.0.1:${proxy.port}`;
  const options = { nodes: 1, balancer: false };
  await using chaos = await startChaosNodes({ url, servers: [redis] }, options);
  const { cluster, stored } = chaos;
  const [node] = cluster.nodes as [NodeProcess];
  using clients = new DisposableStack();
  const [pair] = (await openPairs(1, 'room', (name) => {
    const speaker = new PlainSpeaker({ name, url: node.url });
    clients.defer(() => speaker.close());
    return speaker;
  })) as [Pair];
  // However long the other one takes to start, this one cannot say what it holds before. That it
  // is there shows by its subscription.
  proxy.set({ kind: 'hold' });
  const subscriptions = proxy.connections.filter(({ greeting }) => /\bsubscribe\b/i.test(greeting));
  expect(subscriptions).toHaveLength(1);
  for (const direction of ['toServer', 'toClient'] as const) {
    subscriptions[0]?.[direction].set({ kind: 'pass' });
  }
  await stored.flush();
  await using newcomer = await startNode({
    nodeId: 'n2',
    env: { LOG_LEVEL: 'warn', REDIS_URL: redis.url, KEY_PREFIX: cluster.keyPrefix },
  });
  const intruder = new PlainClient({ name: 'intruder', url: newcomer.url });
  clients.defer(() => intruder.close());
  await intruder.connect();
  const early = await intruder.join(pair.roomId);
  proxy.mend();
  await waitForAgreement([pair], stored, {
    timeoutMs: 10_000,
    bystanders: new Set([intruder.peerId]),
  });
  expect(early).toMatchObject({ ok: false, error: { code: 'unavailable' } });
}, 60_000);
