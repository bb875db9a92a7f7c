import type { RunningTarget } from '../targets/target.ts';
import { cpuTimeUs } from './cpu-time.ts';
import { commandsBetween, type RedisFigures, RedisInspector } from './redis-figures.ts';

/** What something has cost all processes of a target. */
export interface Cost {
  /** Microseconds of CPU of all nodes together. */
  readonly nodesUs: number;
  /** The same of Redis; 0 without one. */
  readonly redisUs: number;
  readonly redisCommands: number;
}

interface Look {
  readonly nodesUs: number;
  readonly redis: RedisFigures | null;
}

/** Looks at what the processes of a target have done. Disposing it closes its connection to Redis. */
export class Meter implements Disposable {
  readonly #target: RunningTarget;
  readonly redis: RedisInspector | null;

  constructor(target: RunningTarget) {
    this.#target = target;
    this.redis = target.redisUrl === null ? null : new RedisInspector(target.redisUrl);
  }

  /** Runs some work. @returns what came out of it, and what it cost. */
  async measure<T>(work: () => Promise<T>): Promise<readonly [result: T, cost: Cost]> {
    const before = await this.#look();
    const result = await work();
    const after = await this.#look();
    const cost = {
      nodesUs: after.nodesUs - before.nodesUs,
      redisUs: (after.redis?.cpuUs ?? 0) - (before.redis?.cpuUs ?? 0),
      redisCommands: before.redis && after.redis ? commandsBetween(before.redis, after.redis) : 0,
    };
    return [result, cost];
  }

  [Symbol.dispose](): void {
    this.redis?.[Symbol.dispose]();
  }

  async #look(): Promise<Look> {
    const redis = (await this.redis?.figures()) ?? null;
    const nodesUs = this.#target.nodes.reduce((sum, { pid }) => sum + cpuTimeUs(pid), 0);
    return { nodesUs, redis };
  }
}

/** A cost shared out. */
export const perEach = ({ nodesUs, redisUs, redisCommands }: Cost, count: number): Cost => ({
  nodesUs: nodesUs / count,
  redisUs: redisUs / count,
  redisCommands: redisCommands / count,
});
