import { type NodeProcess, startNode, startRedis, waitUntil } from '@switchboard/testkit';
import { Meter } from '../measure/meter.ts';
import { nodeEnv } from '../targets/start-switchboard.ts';
import { Crowd } from '../traffic/crowd.ts';
import { Generator } from '../traffic/generator.ts';
import { connectClients, dialect } from './clients.ts';

/** A node dies with many sessions, none of which comes back. */
export interface ReaperFigures {
  readonly sessions: number;
  /** From the kill to the end of the last one: with the lease of 6 s and the grace of 20 s. */
  readonly secondsToLast: number;
  /** CPU of the node that ends them and of Redis, for each. */
  readonly cpuUs: number;
  /** Of signals between two clients of that node meanwhile. */
  readonly signalP50Ms: number;
  readonly signalP99Ms: number;
  readonly signalsLost: number;
}

/** The signals in between, a second. */
const rate = 200;
const leaseAndGraceMs = 26_000;
const patienceMs = 120_000;

export async function measureReaper(sessions: number): Promise<ReaperFigures> {
  await using redis = await startRedis({ own: true });
  const env = { ...nodeEnv, REDIS_URL: redis.url };
  await using survivor = await startNode({ nodeId: 'n1', env });
  await using victim = await startNode({ nodeId: 'n2', env });
  const lost = await connectClients([victim.port], sessions);
  using meter = new Meter({
    nodes: [survivor],
    redisUrl: redis.url,
    [Symbol.asyncDispose]: async () => undefined,
  });
  using crowd = await Crowd.connect({ dialect, ports: [survivor.port], pairs: 1, name: 'calm' });
  await crowd.meet();
  const generator = new Generator(crowd);
  const [, idle] = await meter.measure(() => generator.atRate(rate, 5));
  await victim.kill();
  const killedAt = performance.now();
  for (const connection of lost) connection.close();
  const ended = waitUntil(
    () => reapedBy(survivor),
    (reaped) => reaped >= sessions,
    { what: `${sessions} ended sessions`, timeoutMs: patienceMs },
  ).then(() => (performance.now() - killedAt) / 1_000);
  const watchedSeconds = leaseAndGraceMs / 1_000 + sessions / 400;
  const [calm, cost] = await meter.measure(() => generator.atRate(rate, watchedSeconds));
  const secondsToLast = await ended;
  const busy = (total: typeof cost) => total.nodesUs + total.redisUs;
  return {
    ...{ sessions, secondsToLast },
    cpuUs: (busy(cost) - (busy(idle) * watchedSeconds) / 5) / sessions,
    signalP50Ms: calm.latencyMs.p50,
    signalP99Ms: calm.latencyMs.p99,
    signalsLost: calm.sent - calm.received,
  };
}

async function reapedBy({ opsUrl }: NodeProcess): Promise<number> {
  const text = await (await fetch(`${opsUrl}/metrics`)).text();
  return Number(/^switchboard_sessions_ended_total\{how="reaped"\} (\d+)/m.exec(text)?.[1] ?? 0);
}
