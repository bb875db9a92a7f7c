import { freePort } from '../free-port.ts';
import { waitForService } from '../process/wait-for-service.ts';
import { findRedis } from './find-redis.ts';
import { redisCommand } from './redis-command.ts';
import type { RedisInstance } from './redis-instance.ts';

/** A single Redis, empty at the start and without persistence, on 127.0.0.1. */
export interface RedisServer extends RedisInstance {
  /** `redis://host:port` */
  readonly url: string;
  readonly port: number;
}

export interface RedisOptions {
  /** Further arguments of redis-server, such as `['--maxmemory', '50mb']`. Imply `own`. */
  readonly args?: readonly string[];
  /**
   * Start one even where `REDIS_URL` names one to use. For tests that freeze or kill it, or need it
   * empty; without it, keep to a key prefix of your own.
   */
  readonly own?: boolean;
}

/**
 * The Redis at `REDIS_URL` if that is set, else one started for the caller and ended with it.
 * A Redis from `REDIS_URL` rejects every control (`pause`, `kill`, …) and survives its disposal.
 *
 * @throws {Error} when there is no way to run Redis here (naming what to install), or when it does
 * not answer within 10 s (with its log).
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { args = [], own = args.length > 0 } = options;
  const given = process.env['REDIS_URL'];
  return given && !own ? givenRedis(given) : startOwnRedis(args);
}

async function startOwnRedis(args: readonly string[]): Promise<RedisServer> {
  const port = await freePort();
  const launch = await findRedis();
  const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const instance = await launch([...flags, ...args]);
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
    get exited() {
      return instance.exited;
    },
    logs: () => instance.logs(),
    pause: () => instance.pause(),
    resume: () => instance.resume(),
    kill: () => instance.kill(),
    restart: async () => {
      await instance.restart();
      await answers(port, instance);
    },
    [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose](),
  };
  try {
    await answers(port, instance);
    return server;
  } catch (error) {
    await instance[Symbol.asyncDispose]();
    throw error;
  }
}

async function answers(port: number, instance: RedisInstance): Promise<void> {
  const ping = (): Promise<boolean> =>
    redisCommand(port, 'PING').then(
      (reply) => reply === 'PONG',
      // With `requirepass` among the arguments a refusal is as good an answer as any.
      (error: unknown) => error instanceof Error && error.message.startsWith('NOAUTH'),
    );
  await waitForService(instance, ping, { what: `start of Redis on port ${port}` });
}

function givenRedis(url: string): RedisServer {
  const refuse = async (): Promise<never> => {
    throw new Error('the Redis of REDIS_URL is not ours to control: ask for { own: true }');
  };
  return {
    url,
    port: Number(new URL(url).port || 6379),
    exited: new Promise(() => undefined),
    logs: () => '',
    pause: refuse,
    resume: refuse,
    kill: refuse,
    restart: refuse,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
