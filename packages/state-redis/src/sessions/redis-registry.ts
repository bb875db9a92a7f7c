import type {
  EndingSession,
  ListedSessions,
  ListSessionsRequest,
  SessionListing,
  SessionRegistry,
} from '@switchboard/core';
import type { NodeId, PeerId, TenantId } from '@switchboard/protocol';
import type { RedisClient } from '../connection/client.ts';
import { listNames, rangeOf } from '../connection/list-names.ts';
import { loadScripts } from '../connection/script.ts';
import { asUnavailable } from '../connection/unavailable.ts';
import { type Keys, parseName, partitions } from '../keys.ts';
import { parseEnding, parseProfile, settleWithinMs } from './session-answer.ts';

/** The sessions of the cluster in Redis as operators see them. */
export class RedisRegistry implements SessionRegistry {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #scripts = loadScripts(import.meta.url, ['evict-session']);

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async list({ tenant, cursor, limit }: ListSessionsRequest): Promise<ListedSessions> {
    const keyOf = (partition: number) => this.#keys.allSessions(partition);
    const request = { keyOf, prefix: prefixOf(tenant), cursor, limit };
    const { names, cursor: next } = await listNames(this.#redis, request);
    const listings = await Promise.all(names.map((peerId) => this.#read(peerId as PeerId)));
    return { sessions: listings.filter((listing) => listing !== null), cursor: next };
  }

  async total(tenant: TenantId): Promise<number> {
    const range = rangeOf(prefixOf(tenant));
    const count = (partition: number) =>
      this.#redis.zlexcount(this.#keys.allSessions(partition), ...range);
    try {
      const counts = await Promise.all(partitions.map(count));
      return counts.reduce((sum, each) => sum + each, 0);
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async evict(tenant: TenantId, peerId: PeerId): Promise<EndingSession | null> {
    const keys = this.#keys.session(peerId);
    const answer = await this.#scripts['evict-session'].run(this.#redis, keys, [
      peerId,
      tenant,
      this.#keys.boundPrefixOf(peerId),
      settleWithinMs,
      this.#keys.channelPrefix,
    ]);
    return parseEnding(answer);
  }

  /** @returns null of one that has ended since its name was read. */
  async #read(peerId: PeerId): Promise<SessionListing | null> {
    const [session, rooms] = this.#keys.session(peerId);
    try {
      const [[node, state, profile], names] = await Promise.all([
        this.#redis.hmget(session, 'node', 'state', 'profile'),
        this.#redis.smembers(rooms),
      ]);
      if (!node || !profile || state === 'ending') return null;
      return {
        peerId,
        profile: parseProfile(profile),
        node: node as NodeId,
        isConnected: state === 'bound',
        rooms: names.map(parseName),
      };
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}

/** A tenant has no colon. */
const prefixOf = (tenant: TenantId): string => `${tenant}:`;
