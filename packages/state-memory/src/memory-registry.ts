import type {
  EndingSession,
  ListedSessions,
  ListSessionsRequest,
  SessionListing,
  SessionRegistry,
} from '@switchboard/core';
import { Cursor, type PeerId, type TenantId } from '@switchboard/protocol';
import { parseCursor } from './cursor.ts';
import { beginEnd, type SessionRecord, type SharedSessions } from './memory-sessions.ts';

/** The sessions of one process as operators see them. */
export class MemoryRegistry implements SessionRegistry {
  readonly #shared: SharedSessions;

  constructor(shared: SharedSessions) {
    this.#shared = shared;
  }

  async list({ tenant, cursor, limit }: ListSessionsRequest): Promise<ListedSessions> {
    const after = cursor === null ? '' : parseCursor(cursor);
    const all = this.#of(tenant)
      .map(listingOf)
      .filter(({ peerId }) => peerId > after)
      .sort((a, b) => (a.peerId < b.peerId ? -1 : 1));
    const sessions = all.slice(0, limit);
    const last = sessions.at(-1);
    const hasMore = all.length > limit && last !== undefined;
    return { sessions, cursor: hasMore ? Cursor.parse(`:${last.peerId}`) : null };
  }

  async total(tenant: TenantId): Promise<number> {
    return this.#of(tenant).length;
  }

  async evict(tenant: TenantId, peerId: PeerId): Promise<EndingSession | null> {
    const record = this.#shared.records.get(peerId);
    if (record?.session.profile.tenant !== tenant || record.state === 'ending') return null;
    const { node } = record.session.binding;
    const ending = beginEnd(record);
    this.#shared.fence(node, { peerId, epoch: ending.epoch, node: null });
    return ending;
  }

  #of(tenant: TenantId): SessionRecord[] {
    return [...this.#shared.records.values()].filter(
      ({ session, state }) => session.profile.tenant === tenant && state !== 'ending',
    );
  }
}

const listingOf = ({ session, state, rooms }: SessionRecord): SessionListing => ({
  peerId: session.binding.peerId,
  profile: session.profile,
  node: session.binding.node,
  isConnected: state === 'bound',
  rooms: [...rooms.values()],
});
