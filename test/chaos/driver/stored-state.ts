import { Redis } from 'ioredis';
import { rosterOf } from './known-room.ts';

/** A session as Redis has it. */
export interface StoredSession {
  readonly peerId: string;
  readonly node: string;
  readonly epoch: number;
  /** `bound`, `detached` or `ending`. */
  readonly state: string;
}

/**
 * What a cluster has in Redis, read past the code under test. The layout is described in
 * `state-redis/src/rooms/prelude.lua` and `sessions/prelude.lua`.
 */
export class StoredState implements Disposable {
  readonly #servers: readonly Redis[];
  readonly #prefix: string;

  /** @param ports of every server that is, or may become, a master. */
  constructor(ports: readonly number[], keyPrefix: string) {
    this.#prefix = keyPrefix;
    this.#servers = ports.map((port) => {
      const options = { commandTimeout: 2_000, maxRetriesPerRequest: 0, retryStrategy: () => 100 };
      const redis = new Redis(port, '127.0.0.1', options);
      // An outage is part of the plot; who reads during one is told by the command.
      return redis.on('error', () => undefined);
    });
  }

  /** Every room's roster, by room id. */
  async rosters(): Promise<ReadonlyMap<string, readonly string[]>> {
    const rooms = await this.#read('room:', ':members', (redis, key) => redis.hgetall(key));
    return new Map(
      rooms.map(({ name, value }) => {
        const roomId = name.slice(name.indexOf(':') + 1);
        return [roomId, rosterOf(Object.entries(value).map(parseMember))];
      }),
    );
  }

  /** Every session there is, by peer id. */
  async sessions(): Promise<ReadonlyMap<string, StoredSession>> {
    const sessions = await this.#read('session:', '', (redis, key) => redis.hgetall(key));
    return new Map(
      sessions.map(({ name: peerId, value: { node = '', epoch = '', state = '' } }) => {
        return [peerId, { peerId, node, epoch: Number(epoch), state }];
      }),
    );
  }

  /** Sessions whose end has a time, by peer id, sorted. */
  async timers(): Promise<readonly string[]> {
    const timers = await this.#read('timers', '', (redis, key) => redis.zrange(key, '0', '-1'));
    return timers.flatMap(({ value }) => value).sort();
  }

  /** Empties it, behind everybody's back. */
  async flush(): Promise<void> {
    await Promise.all((await this.#masters()).map((redis) => redis.flushall()));
  }

  [Symbol.dispose](): void {
    for (const redis of this.#servers) redis.disconnect();
  }

  /** Those that are masters now. @throws when there is none. */
  async #masters(): Promise<readonly Redis[]> {
    const roles = await Promise.allSettled(this.#servers.map((redis) => redis.role()));
    const masters = this.#servers.filter((_, index) => {
      const role = roles[index];
      return role?.status === 'fulfilled' && role.value[0] === 'master';
    });
    if (masters.length === 0) throw new Error('there is no master to be read');
    return masters;
  }

  /** Reads all keys `<prefix>{p<n>}:<kind><name><ending>` of all masters. */
  async #read<T>(
    kind: string,
    ending: string,
    read: (redis: Redis, key: string) => Promise<T>,
  ): Promise<{ name: string; value: T }[]> {
    const tag = /^\{p\d+\}:/;
    const readMaster = async (redis: Redis) => {
      const keys = await redis.keys(`${this.#prefix}{p*}:${kind}*${ending}`);
      const values = await Promise.all(keys.map((key) => read(redis, key)));
      return keys.map((key, index) => {
        const local = key.slice(this.#prefix.length).replace(tag, '');
        const name = local.slice(kind.length, local.length - ending.length);
        return { name, value: values[index] as T };
      });
    };
    return (await Promise.all((await this.#masters()).map(readMaster))).flat();
  }
}

/** `<epoch> <node> <seat> <flags> <json>`, the last flag being the connection. */
function parseMember([peerId, value]: [string, string]) {
  const [, , , flags = ''] = value.split(' ', 4);
  return { peerId, connected: flags[3] === '1' };
}
