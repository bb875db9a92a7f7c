import type { State } from '@switchboard/core';
import type { NodeId } from '@switchboard/protocol';
import { RedisBus } from './bus/redis-bus.ts';
import { RedisCalls } from './calls/redis-calls.ts';
import { parseRedisAddress, type RedisAddress } from './connection/address.ts';
import { createCommandClient } from './connection/client.ts';
import { observeCommands, type RedisObserver } from './connection/redis-observer.ts';
import { Dataset } from './dataset/dataset.ts';
import { Keys } from './keys.ts';
import { RedisLeases } from './leases/redis-leases.ts';
import { RedisAnnotations } from './rooms/redis-annotations.ts';
import { RedisChat } from './rooms/redis-chat.ts';
import { RedisRoomRecords } from './rooms/redis-room-records.ts';
import { RedisRooms } from './rooms/redis-rooms.ts';
import { RedisRegistry } from './sessions/redis-registry.ts';
import { RedisSessions } from './sessions/redis-sessions.ts';
import { RedisUsers } from './users/redis-users.ts';

/** A node watches users for so many leases after it has asked to: 90 s; it asks every 30 s. */
const patienceLeases = 15;

export interface RedisStateOptions {
  /** As `parseRedisAddress` reads it. */
  readonly url: string;
  /** Before every key and channel; separates installations that share a Redis. */
  readonly keyPrefix: string;
  readonly node: NodeId;
  /** How long a node that does not renew counts as alive; 6 s unless a test is in a hurry. */
  readonly leaseMs?: number;
  /** Told of losses of connection and the like; the state recovers from them by itself. */
  readonly onError: (error: unknown) => void;
  readonly observer?: RedisObserver;
  /** See `RedisBus`; at the end of this turn of the event loop, unless given. */
  readonly atTurnEnd?: (flush: () => void) => void;
}

/**
 * Connects to the Redis that a cluster shares.
 *
 * @throws when it cannot be reached now: a node that cannot do anything does not start.
 */
export async function connectRedisState(options: RedisStateOptions): Promise<State> {
  const { node, onError, observer, atTurnEnd } = options;
  const address: RedisAddress = parseRedisAddress(options.url);
  const keys = new Keys(options.keyPrefix);
  const redis = createCommandClient(address);
  redis.on('error', onError);
  if (observer) observeCommands(redis, observer);
  await redis.connect();
  const bus = new RedisBus({ redis, address, keys, node, onError, observer, atTurnEnd });
  const dataset = new Dataset(redis, keys);
  await dataset.open();
  const leaseMs = options.leaseMs ?? 6_000;
  const leases = new RedisLeases({ redis, keys, node, leaseMs, dataset });
  return {
    rooms: new RedisRooms(redis, keys),
    chat: new RedisChat(redis, keys),
    annotations: new RedisAnnotations(redis, keys),
    records: new RedisRoomRecords(redis, keys),
    sessions: new RedisSessions({
      redis,
      keys,
      node,
      tenure: () => leases.tenure,
      clock: leases.clock,
    }),
    users: new RedisUsers({
      redis,
      keys,
      node,
      clock: leases.clock,
      patienceMs: patienceLeases * leaseMs,
    }),
    calls: new RedisCalls({ redis, keys, clock: leases.clock }),
    registry: new RedisRegistry(redis, keys),
    leases,
    clock: leases.sharedClock,
    bus,
    // One connection to one Redis keeps the order; connections to several masters do not.
    isOrdered: address.kind !== 'cluster',
    isAvailable: () => redis.status === 'ready' && bus.isLive,
    close: async () => {
      bus.close();
      redis.disconnect();
    },
  };
}
