import {
  type Cluster,
  type PrometheusServer,
  type RedisServer,
  startRedis,
  startTcpProxy,
  type TcpProxy,
  waitUntil,
} from '@switchboard/testkit';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import { readDashboards } from './dashboards.ts';
import { rateInterval, startHurriedPrometheus } from './hurried-prometheus.ts';
import { SteadyLoad } from './steady-load.ts';

/**
 * A real Prometheus watches a cluster of three nodes under load, with the rules of production in
 * which an hour is half a minute. The tests build on each other, in the order in which they are
 * written.
 */

/** For each of the steps of a test; on an idle machine the longest takes 15 s. */
const patienceMs = 45_000;
vi.setConfig({ testTimeout: 3 * patienceMs });

const started = new AsyncDisposableStack();
let redis: RedisServer;
let network: TcpProxy;
let cluster: Cluster;
let prometheus: PrometheusServer;

beforeAll(async () => {
  redis = started.use(await startRedis({ own: true }));
  network = started.use(await startTcpProxy(redis.port));
  const url = `redis://127.0.0.1:${network.port}`;
  cluster = started.use(await startNodes({ nodes: 3, redis: { url } }));
  prometheus = started.use(await startHurriedPrometheus(cluster.nodes));
  started.use(new SteadyLoad(cluster.nodes));
});
afterAll(async () => {
  await started.disposeAsync();
});

/** Between nodes and Redis, in each direction. */
const delayMs = 150;

/** The expressions of these that have no answer, or one that is not a number. */
async function silent(expressions: readonly string[]): Promise<readonly string[]> {
  const isSilent = async (expression: string) => {
    const samples = await prometheus.query(expression);
    return samples.every(({ value }) => Number.isNaN(value));
  };
  const silences = await Promise.all(expressions.map(isSilent));
  return expressions.filter((_, index) => silences[index]);
}

/** Waits until each of them has had an answer: what is rare has one only when it happens. */
const allSpeak = async (expressions: readonly string[], what: string) => {
  expect(expressions.length).toBeGreaterThan(20);
  let unheard = expressions;
  await waitUntil(
    async () => {
      unheard = await silent(unheard);
      return unheard;
    },
    ({ length }) => length === 0,
    { what: `data for ${what}`, timeoutMs: patienceMs, intervalMs: 500 },
  );
};

/** A node dies with a client that does not come back: another one has to end its session. */
async function leaveGhost(): Promise<void> {
  const node = cluster.node('n3');
  const socket = io(node.url, { transports: ['websocket'], forceNew: true, reconnection: false });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  await node.kill();
  await node.restart();
}

/** Does something to the cluster, and waits until these alerts are there that were not. */
async function causes(alerts: readonly string[], cause: () => unknown): Promise<void> {
  await clear(alerts);
  await cause();
  await waitUntil(
    async () => new Set(await prometheus.firing()),
    (firing) => alerts.every((alert) => firing.has(alert)),
    { what: alerts.join(), timeoutMs: patienceMs, intervalMs: 200 },
  );
}

const clear = (alerts: readonly string[]) =>
  waitUntil(
    () => prometheus.firing(),
    (firing) => !alerts.some((alert) => firing.includes(alert)),
    { what: `an end to ${alerts.join()}`, timeoutMs: patienceMs, intervalMs: 200 },
  );

test('every panel has data', async () => {
  const dashboards = await readDashboards();
  const expressions = dashboards.flatMap(({ panels }) =>
    panels.flatMap(({ targets }) => targets?.map(({ expr }) => expr) ?? []),
  );
  const asked = expressions.map((expression) =>
    expression
      .replaceAll('$__rate_interval', rateInterval)
      .replaceAll('$job', 'switchboard')
      .replaceAll('$instance', '.+'),
  );
  await Promise.all([leaveGhost(), allSpeak(asked, 'every panel')]);
});

test('every rule has data, and so has each series that an alert looks at', async () => {
  const rules = await prometheus.rules();
  expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  const recorded = rules.filter(({ type }) => type === 'recording').map(({ name }) => name);
  const alerts = rules.filter(({ type }) => type === 'alerting').map(({ query }) => query);
  const selector = /\b(?:switchboard[:_][\w:]+|nodejs_\w+|up)(?:\{[^}]*\})?/g;
  const watched = alerts.flatMap((query) => query.match(selector) ?? []);
  await Promise.all([leaveGhost(), allSpeak([...recorded, ...new Set(watched)], 'every rule')]);
});

test('latency to Redis is told of as what it does to people, and as what it is', async () => {
  const alerts = [
    'SwitchboardJoinsSlow',
    'SwitchboardSignalsSlow',
    'SwitchboardRedisSlow',
    'SwitchboardBusSlow',
  ];
  await causes(alerts, () => network.set({ kind: 'delay', ms: delayMs }));
  // There and back again: and so far are two nodes right about the time between them.
  for (const histogram of [
    'signal_latency_seconds_bucket{path="remote"}',
    'bus_lag_seconds_bucket',
  ]) {
    const median = `histogram_quantile(0.5, sum by (le) (rate(switchboard_${histogram}[2s])))`;
    await waitUntil(
      async () => (await prometheus.query(median)).at(0)?.value,
      // Within the bucket that the truth is in, and those beside it.
      (seconds = 0) => seconds > 0.1 && seconds < 1,
      { what: `${2 * delayMs} ms as the median of ${histogram}` },
    );
  }
  network.mend();
  await clear(alerts);
});

test('a node that is killed is missed, and one that is given up is told of', async () => {
  const alerts = ['SwitchboardNodeDown', 'SwitchboardNodeLost'];
  await causes(alerts, () => cluster.node('n3').kill());
  await cluster.node('n3').restart();
  await clear(alerts);
});

test('a Redis that is stopped is told of by every node, and by what fails', async () => {
  const alerts = [
    'SwitchboardRedisUnavailable',
    'SwitchboardNoNodeReady',
    'SwitchboardNobodyJudges',
    'SwitchboardJoinsFailing',
  ];
  await causes(alerts, () => redis.kill());
  await redis.restart();
  await clear(alerts);
});
