import { Cluster } from 'ioredis';
import { expect, it } from 'vitest';
import { descendantsOf } from '../fixtures/process-table.ts';
import { waitUntil } from '../wait-until.ts';
import { startRedisCluster } from './redis-cluster.ts';
import { redisCommand } from './redis-command.ts';

it('has three masters that agree, and serves keys of every one of them', async () => {
  await using redis = await startRedisCluster();
  expect(redis.masters).toHaveLength(3);
  for (const { port } of redis.masters) {
    const info = String(await redisCommand(port, 'CLUSTER', 'INFO'));
    expect(info).toContain('cluster_state:ok');
    expect(info).toContain('cluster_size:3');
  }

  const client = new Cluster(redis.url.split(','));
  const owners = new Set<string>();
  try {
    // A hundred tags miss one of three masters once in 10^17 runs.
    for (let tag = 0; tag < 100; tag += 1) await client.set(`{p${tag}}`, `${tag}`);
    for (let tag = 0; tag < 100; tag += 1) expect(await client.get(`{p${tag}}`)).toBe(`${tag}`);
    for (const { port } of redis.masters) {
      owners.add(String(await redisCommand(port, 'DBSIZE')));
    }
  } finally {
    client.disconnect();
  }
  expect(owners).not.toContain('0');
});

it('leaves no process behind', async () => {
  const before = descendantsOf(process.pid).length;
  const redis = await startRedisCluster();
  expect(descendantsOf(process.pid)).toHaveLength(before + 3);
  await redis[Symbol.asyncDispose]();
  expect(descendantsOf(process.pid)).toHaveLength(before);
});

it('has a replica for each master, which takes its slots over', async () => {
  await using redis = await startRedisCluster({ replicas: true, nodeTimeoutMs: 1_000 });
  const client = new Cluster(redis.url.split(','));
  client.on('error', () => undefined);
  try {
    for (let tag = 0; tag < 100; tag += 1) await client.set(`{p${tag}}`, `${tag}`);
    for (const { port } of redis.masters) await redisCommand(port, 'WAIT', '1', '900');
    await redis.masters[1]?.kill();
    const roleOf = async () => String(await redisCommand(redis.replicas[1]?.port ?? 0, 'ROLE'));
    await waitUntil(roleOf, (role) => role.startsWith('master'), {
      what: 'the replica to be a master',
      timeoutMs: 20_000,
    });
    expect(await redisCommand(redis.replicas[1]?.port ?? 0, 'DBSIZE')).not.toBe(0);
  } finally {
    client.disconnect();
  }
});
