import { type RedisCluster, startRedisCluster } from '@switchboard/testkit';
import { describeStateContract } from '@switchboard/testkit/contracts';
import { afterAll, beforeAll } from 'vitest';
import { redisBackend } from '../test/redis-backend.ts';

let redis: RedisCluster;

beforeAll(async () => {
  redis = await startRedisCluster({ masters: 3 });
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
});

describeStateContract('Redis Cluster', async (options) => redisBackend(redis.url, options));
