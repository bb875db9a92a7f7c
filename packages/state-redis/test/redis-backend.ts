import { randomId, type State } from '@switchboard/core';
import type { StateBackend } from '@switchboard/testkit/contracts';
import { connectRedisState } from '../src/index.ts';

export interface RedisBackend extends StateBackend {
  /** Before every key that is written through it. */
  readonly keyPrefix: string;
  /** What its states have reported. */
  readonly errors: unknown[];
}

/** Nodes on the Redis at a url, under a key prefix that nobody else has. */
export function redisBackend(
  url: string,
  { leaseMs = 60_000 }: { leaseMs?: number } = {},
): RedisBackend {
  const keyPrefix = `test-${randomId()}:`;
  const states: State[] = [];
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  return {
    keyPrefix,
    errors,
    connect: async (node) => {
      const state = await connectRedisState({ url, keyPrefix, node, leaseMs, onError });
      states.push(state);
      return state;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(states.map((state) => state.close()));
    },
  };
}
