import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from '../connection/client.ts';
import { measure, type RedisObserver } from '../connection/redis-observer.ts';

/** The way out to the channels of nodes. What is published to one channel stays in order. */
export interface Publisher {
  /** Whether what is published now has a way out. */
  readonly isReady: boolean;
  /** @throws when Redis cannot be reached, or does not let this user publish. */
  open(ownChannel: string): Promise<void>;
  /** @param messages by channel. */
  publish(messages: Iterable<readonly [channel: string, message: string]>): void;
  /** Redis may have moved: what is published over a connection of before could be lost. Resolves when there is another. */
  renew(): Promise<void>;
  close(): void;
}

export interface PublisherEvents {
  onError(error: unknown): void;
  /** Nobody knows whether Redis has got it, and nobody will. */
  onLost(message: string): void;
}

export interface MastersPublisherDependencies {
  readonly redis: RedisClient;
  readonly events: PublisherEvents;
  readonly observer?: RedisObserver | undefined;
}

/** Publishes over the connections to the masters of a Redis Cluster that commands go over too. */
export class MastersPublisher implements Publisher {
  readonly #dependencies: MastersPublisherDependencies;

  constructor(dependencies: MastersPublisherDependencies) {
    this.#dependencies = dependencies;
  }

  get isReady(): boolean {
    return this.#dependencies.redis.status === 'ready';
  }

  async open(): Promise<void> {}

  publish(messages: Iterable<readonly [channel: string, message: string]>): void {
    const { redis, events, observer } = this.#dependencies;
    for (const [channel, message] of messages) {
      const answer = publisherFor(redis, channel).publish(channel, message);
      answer.catch((error: unknown) => {
        events.onError(error);
        events.onLost(message);
      });
      if (observer) measure(observer, 'publish', answer);
    }
  }

  async renew(): Promise<void> {}

  close(): void {}
}

/** States in which a connection to a master takes commands, or will in a moment. */
const usable: ReadonlySet<string> = new Set(['wait', 'connecting', 'connect', 'ready']);

/**
 * By which connection to publish to a channel. A Redis Cluster takes messages at any master, and
 * the client library would choose at random; but only what goes through one master stays in
 * order. Different channels use different masters.
 */
function publisherFor(redis: RedisClient, channel: string): Redis | Cluster {
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
