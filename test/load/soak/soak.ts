import { setTimeout as delay } from 'node:timers/promises';
import { startCluster, startRedis } from '@switchboard/testkit';
import { dialect } from '../growth/clients.ts';
import { residentBytes } from '../measure/cpu-time.ts';
import { heldBytes } from '../measure/heap.ts';
import { RedisInspector } from '../measure/redis-figures.ts';
import { nodeEnv } from '../targets/start-switchboard.ts';
import { Crowd } from '../traffic/crowd.ts';
import { Generator } from '../traffic/generator.ts';

/** How it stood at one moment, over all nodes. */
export interface SoakSample {
  readonly minutes: number;
  /** Sessions that have come and gone until then. */
  readonly sessions: number;
  readonly signals: number;
  /** Of V8, after a collection of garbage. */
  readonly heldMiB: number;
  readonly residentMiB: number;
  readonly redisMiB: number;
}

export interface SoakOptions {
  readonly minutes: number;
  readonly samples: number;
  readonly onSample: (sample: SoakSample) => void;
}

const pairs = 32;
const rate = 1_000;
const secondsOfTraffic = 1;
/** Of so many crowds one goes without a word: its sessions stay for their grace. */
const rudeEvery = 4;
/** As long as a session that nobody ends stays: before that, there are more of them every second. */
const graceMs = 20_000;
const mib = (bytes: number) => bytes / 2 ** 20;

/**
 * Churn: crowds come to two nodes, meet, send each other signals and go, in turn with goodbyes and
 * without, for as long as wanted. What is held must not grow with those who have gone.
 */
export async function soak({ minutes, samples, onSample }: SoakOptions): Promise<SoakSample[]> {
  await using redis = await startRedis({ own: true });
  using inspector = new RedisInspector(redis.url);
  await using cluster = await startCluster({
    ...{ nodes: 2, balancer: false, redis: { url: redis.url } },
    env: { ...nodeEnv, NODE_OPTIONS: '--inspect=0' },
  });
  const { nodes } = cluster;
  const ports = nodes.map(({ port }) => port);
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  const taken: SoakSample[] = [];
  let [crowds, signals] = [0, 0];
  const oneCrowd = async () => {
    const crowd = await Crowd.connect({ dialect, ports, pairs, name: `soak-${crowds}` });
    await crowd.meet();
    const delivered = await new Generator(crowd).atRate(rate, secondsOfTraffic);
    signals += delivered.received;
    crowds += 1;
    crowd.leave({ rudely: crowds % rudeEvery === 0 });
  };
  const sample = async () => {
    const held = await Promise.all(nodes.map((node) => heldBytes(node.logs())));
    const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);
    taken.push({
      ...{ minutes: elapsed() / 60_000, sessions: crowds * 2 * pairs, signals },
      heldMiB: mib(sum(held)),
      residentMiB: mib(sum(nodes.map(({ pid }) => residentBytes(pid)))),
      redisMiB: mib(await inspector.usedBytes()),
    });
    onSample(taken.at(-1) as SoakSample);
  };
  const warmMs = Math.max(graceMs, (minutes * 60_000) / 10);
  while (elapsed() < warmMs) await oneCrowd();
  for (let each = 0; each < samples; each++) {
    const until = warmMs + ((minutes * 60_000 - warmMs) * each) / Math.max(samples - 1, 1);
    while (elapsed() < until) await oneCrowd();
    // The last goodbyes are still being carried out.
    await delay(500);
    await sample();
  }
  return taken;
}

/** Bytes that the nodes hold more for each session that has come and gone, by least squares. */
export function growthPerSession(samples: readonly SoakSample[]): number {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const sessions = samples.map((each) => each.sessions);
  const held = samples.map(({ heldMiB }) => heldMiB * 2 ** 20);
  const [meanSessions, meanHeld] = [mean(sessions), mean(held)];
  const covariance = mean(sessions.map((x, i) => (x - meanSessions) * ((held[i] ?? 0) - meanHeld)));
  const variance = mean(sessions.map((x) => (x - meanSessions) ** 2));
  return covariance / variance;
}
