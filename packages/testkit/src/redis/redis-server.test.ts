import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { descendantsOf } from '../fixtures/process-table.ts';
import { waitUntil } from '../wait-until.ts';
import { redisCommand } from './redis-command.ts';
import { startRedis } from './redis-server.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a Redis of its own', () => {
  it('answers on its port, and leaves neither process nor port behind', async () => {
    const before = descendantsOf(process.pid).length;
    const redis = await startRedis({ own: true });
    await expect(redisCommand(redis.port, 'SET', 'a', '1')).resolves.toBe('OK');
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    await redis[Symbol.asyncDispose]();
    await expect(redis.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    expect(descendantsOf(process.pid)).toHaveLength(before);
    await listenOnce(redis.port);
  });

  it('passes arguments on', async () => {
    await using redis = await startRedis({ args: ['--maxmemory', '50mb'] });
    await expect(redisCommand(redis.port, 'CONFIG', 'GET', 'maxmemory')).resolves.toEqual([
      'maxmemory',
      '52428800',
    ]);
  });

  it('starts with a password, which its answer to a stranger shows', async () => {
    await using redis = await startRedis({ args: ['--requirepass', 'secret'] });
    await expect(redisCommand(redis.port, 'GET', 'a')).rejects.toThrow('NOAUTH');
  });

  it('tells why it does not start', async () => {
    await expect(startRedis({ args: ['--no-such-option', '1'] })).rejects.toThrow(/no-such-option/);
  });

  it('comes back empty on the same port', async () => {
    await using redis = await startRedis({ own: true });
    await redisCommand(redis.port, 'SET', 'a', '1');
    await redis.kill();
    await expect(redisCommand(redis.port, 'GET', 'a')).rejects.toThrow();
    await redis.restart();
    await expect(redisCommand(redis.port, 'GET', 'a')).resolves.toBeNull();
    expect(redis.logs().match(/Ready to accept connections/g)).toHaveLength(2);
  });

  it('restarts while it runs', async () => {
    await using redis = await startRedis({ own: true });
    await redis.restart();
    await expect(redisCommand(redis.port, 'PING')).resolves.toBe('PONG');
  });

  it('answers nothing while paused, and goes on afterwards', async () => {
    await using redis = await startRedis({ own: true });
    await redisCommand(redis.port, 'SET', 'a', '1');
    await redis.pause();
    await expect(redisCommand(redis.port, 'GET', 'a')).rejects.toThrow(/timed out/);
    await redis.resume();
    await expect(redisCommand(redis.port, 'GET', 'a')).resolves.toBe('1');
  });

  it('ends while paused', async () => {
    const redis = await startRedis({ own: true });
    await redis.pause();
    await redis[Symbol.asyncDispose]();
    await waitUntil(
      () =>
        redisCommand(redis.port, 'PING').then(
          () => 'up',
          () => 'down',
        ),
      (state) => state === 'down',
      { what: 'Redis to be down' },
    );
  });
});

describe('the Redis of REDIS_URL', () => {
  it('is used as it is, and survives', async () => {
    await using own = await startRedis({ own: true });
    vi.stubEnv('REDIS_URL', own.url);
    const given = await startRedis();
    expect(given).toMatchObject({ url: own.url, port: own.port });
    await expect(given.kill()).rejects.toThrow('own: true');
    await given[Symbol.asyncDispose]();
    await expect(redisCommand(own.port, 'PING')).resolves.toBe('PONG');
  });

  it('is not used where arguments are asked for', async () => {
    vi.stubEnv('REDIS_URL', 'redis://127.0.0.1:1');
    await using redis = await startRedis({ args: ['--maxmemory', '50mb'] });
    expect(redis.port).not.toBe(1);
  });
});

function listenOnce(port: number): Promise<void> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
