import type { RunningTarget } from '../targets/target.ts';
import type { Delivered } from '../traffic/generator.ts';
import { cpuTimeUs } from './cpu-time.ts';
import { commandsBetween, RedisInspector } from './redis-figures.ts';

/** What one phase of traffic has cost. */
export interface Cost extends Delivered {
  /** Microseconds of CPU for each signal received, of all nodes together. */
  readonly nodesUs: number;
  /** The same of Redis; 0 without one. */
  readonly redisUs: number;
  /** Redis commands for each signal received. */
  readonly redisCommands: number;
}

/** Runs a phase of traffic and looks at what the processes have done meanwhile. */
export async function observe(
  { nodes, redisUrl }: RunningTarget,
  phase: () => Promise<Delivered>,
): Promise<Cost> {
  using redis = redisUrl ? new RedisInspector(redisUrl) : null;
  const look = async () => ({
    nodesUs: nodes.reduce((sum, { pid }) => sum + cpuTimeUs(pid), 0),
    redis: (await redis?.figures()) ?? null,
  });
  const before = await look();
  const delivered = await phase();
  const after = await look();
  const each = (total: number) => total / delivered.received;
  return {
    ...delivered,
    nodesUs: each(after.nodesUs - before.nodesUs),
    redisUs: each((after.redis?.cpuUs ?? 0) - (before.redis?.cpuUs ?? 0)),
    redisCommands:
      before.redis && after.redis ? each(commandsBetween(before.redis, after.redis)) : 0,
  };
}
