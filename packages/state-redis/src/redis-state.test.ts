import { randomId } from '@switchboard/core';
import { describeStateContract } from '@switchboard/testkit/contracts';
import { connectRedisState } from './redis-state.ts';

const url = 'redis://127.0.0.1:7777';
describeStateContract('Redis', async ({ leaseMs }) => {
  const keyPrefix = `test-${randomId()}:`;
  const states: { close(): Promise<void> }[] = [];
  return {
    connect: async (node) => {
      const state = await connectRedisState({
        url,
        keyPrefix,
        node,
        leaseMs,
        onError: (e) => console.log(e),
      });
      states.push(state);
      return state;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(states.map((state) => state.close()));
    },
  };
});
