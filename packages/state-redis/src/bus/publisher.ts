import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from '../connection/client.ts';

/** States in which a connection to a master takes commands, or will in a moment. */
const usable: ReadonlySet<string> = new Set(['wait', 'connecting', 'connect', 'ready']);

/**
 * By which connection to publish to a channel. A Redis Cluster takes messages at any master, and
 * the client library would choose at random; but only what goes through one master stays in
 * order. Different channels use different masters.
 */
export function publisherFor(redis: RedisClient, channel: string): Redis | Cluster {
  if (!(redis instanceof Cluster)) return redis;
  const masters = redis.nodes('master').filter(({ status }) => usable.has(status));
  masters.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return masters[numberOf(channel) % masters.length] ?? redis;
}

const nameOf = ({ options: { host, port } }: Redis): string => `${host}:${port}`;

/** The same for the same channel, and otherwise any. */
function numberOf(channel: string): number {
  let number = 0;
  for (let index = 0; index < channel.length; index++) {
    number = (number * 31 + channel.charCodeAt(index)) >>> 0;
  }
  return number;
}
