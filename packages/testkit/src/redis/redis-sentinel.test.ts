import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { descendantsOf } from '../fixtures/process-table.ts';
import { waitUntil } from '../wait-until.ts';
import { startRedisSentinel } from './redis-sentinel.ts';

it('makes the replica the master when the master is gone, and that one a replica when it is back', async () => {
  const before = descendantsOf(process.pid).length;
  const redis = await startRedisSentinel();
  expect(descendantsOf(process.pid)).toHaveLength(before + 5);
  const [first, second] = redis.servers;
  expect(await redis.master()).toBe(first);
  const [, hosts = '', name] = /^redis\+sentinel:\/\/(.*)\/(.*)$/.exec(redis.url) ?? [];
  const sentinels = hosts.split(',').map((each) => {
    const [host = '', port] = each.split(':');
    return { host, port: Number(port) };
  });
  const client = new Redis({ sentinels, name: name ?? '' });
  client.on('error', () => undefined);
  try {
    await client.set('a', '1');
    await client.wait(1, 1_000);
    await first?.kill();
    await waitUntil(
      () => redis.master().catch(() => undefined),
      (master) => master === second,
      { what: 'the replica to be the master', timeoutMs: 20_000 },
    );
    expect(await client.get('a')).toBe('1');
    await first?.restart();
    await redis.settled();
    expect(await redis.master()).toBe(second);
  } finally {
    client.disconnect();
    await redis[Symbol.asyncDispose]();
  }
  expect(descendantsOf(process.pid)).toHaveLength(before);
}, 60_000);
