import { Redis } from 'ioredis';

/** What one Redis has done since its start. */
export interface RedisFigures {
  readonly cpuUs: number;
  /** Commands by name, those of scripts among them. */
  readonly commands: ReadonlyMap<string, number>;
}

/** Commands of the measuring itself, and of clients keeping their connections up. */
const notCounted = new Set(['info', 'ping', 'monitor', 'pubsub', 'client', 'config', 'hello']);

/** Looks into a Redis. Disposing it closes its connection. */
export class RedisInspector implements Disposable {
  readonly client: Redis;

  constructor(url: string) {
    this.client = new Redis(url);
  }

  async figures(): Promise<RedisFigures> {
    const info = await this.client.info('everything');
    const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
    const commands = Array.from(info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm), (match) => {
      return [String(match[1]), Number(match[2])] as const;
    });
    return {
      cpuUs: 1e6 * (field('used_cpu_user') + field('used_cpu_sys')),
      commands: new Map(commands.filter(([name]) => !notCounted.has(name.split('|')[0] ?? ''))),
    };
  }

  /** That its data takes, with what the allocator adds, without its buffers for clients. */
  async usedBytes(): Promise<number> {
    const info = (await this.client.call('MEMORY', 'STATS')) as (string | number)[];
    return Number(info[info.indexOf('dataset.bytes') + 1]);
  }

  async version(): Promise<string> {
    const info = await this.client.info('server');
    return /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown';
  }

  [Symbol.dispose](): void {
    this.client.disconnect();
  }
}

/** All commands between two looks. */
export function commandsBetween(before: RedisFigures, after: RedisFigures): number {
  let sum = 0;
  for (const [name, calls] of after.commands) sum += calls - (before.commands.get(name) ?? 0);
  return sum;
}
