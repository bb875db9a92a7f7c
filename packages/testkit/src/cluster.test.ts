import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startCluster } from './cluster.ts';
import { descendantsOf } from './fixtures/process-table.ts';
import { httpStatus } from './http-status.ts';
import { redisCommand } from './redis/redis-command.ts';
import { startRedis } from './redis/redis-server.ts';

const entry = fileURLToPath(new URL('./fixtures/stub-node.ts', import.meta.url));

it('answers at one address with TLS, and leaves no process behind', async () => {
  const before = descendantsOf(process.pid).length;
  const cluster = await startCluster({ entry });
  await expect(httpStatus(cluster.url, cluster.certificate)).resolves.toBe(200);
  expect(cluster.nodes.map(({ nodeId }) => nodeId)).toEqual(['n1', 'n2', 'n3']);
  expect(cluster.node('n2')).toBe(cluster.nodes[1]);
  expect(() => cluster.node('n4')).toThrow(RangeError);
  await cluster[Symbol.asyncDispose]();
  expect(descendantsOf(process.pid)).toHaveLength(before);
});

it('shares a Redis with another cluster under a key prefix of its own', async () => {
  await using redis = await startRedis({ own: true });
  await using one = await startCluster({ entry, redis, nodes: 1, balancer: false });
  await using two = await startCluster({ entry, redis, nodes: 1, balancer: false });
  expect(one.redis.url).toBe(two.redis.url);
  expect(one.keyPrefix).not.toBe(two.keyPrefix);
  expect(one.url).toBe(one.node('n1').url);
  await one[Symbol.asyncDispose]();
  await expect(redisCommand(redis.port, 'PING')).resolves.toBe('PONG');
});

it('runs on a Redis Cluster', async () => {
  await using cluster = await startCluster({ entry, redis: 'cluster', nodes: 1, balancer: false });
  expect(cluster.redis.url.split(',')).toHaveLength(3);
  expect(cluster.redis.servers).toHaveLength(3);
});

it('tells which of its parts ended first', async () => {
  await using cluster = await startCluster({ entry });
  await cluster.node('n2').kill();
  await expect(cluster.firstExit).resolves.toEqual({
    part: 'n2',
    exit: { code: null, signal: 'SIGKILL' },
  });
});

it('ends the parts that did start when one does not', async () => {
  const before = descendantsOf(process.pid).length;
  const start = startCluster({ entry, env: { STUB_EXIT: '1' } });
  await expect(start).rejects.toThrow('start of node n1 failed');
  expect(descendantsOf(process.pid)).toHaveLength(before);
});

it('passes the output of each part on, with its name', async () => {
  const lines: string[] = [];
  await using cluster = await startCluster({
    entry,
    nodes: 2,
    onLine: (part, line) => lines.push(`${part}: ${line}`),
  });
  expect(cluster.nodes).toHaveLength(2);
  expect(lines).toEqual(expect.arrayContaining(['n1: stub n1 listens', 'n2: stub n2 listens']));
});
