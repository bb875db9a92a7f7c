import { type RedisServer, startRedis } from '@switchboard/testkit';
import { describeStateContract } from '@switchboard/testkit/contracts';
import { afterAll, beforeAll } from 'vitest';
import { redisBackend } from '../test/redis-backend.ts';

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
});

describeStateContract('Redis', async (options) => redisBackend(redis.url, options));
