import type { Cursor, NodeId, PeerId, TenantId } from '@switchboard/protocol';
import type { SessionProfile } from '../profile.ts';
import type { RoomRef } from './room-store.ts';
import type { EndingSession } from './session-store.ts';

/** A session as operators see it. */
export interface SessionListing {
  readonly peerId: PeerId;
  readonly profile: SessionProfile;
  readonly node: NodeId;
  /** False while its connection is lost and may come back. */
  readonly isConnected: boolean;
  /** What it has entered, or is about to. */
  readonly rooms: readonly RoomRef[];
}

export interface ListSessionsRequest {
  readonly tenant: TenantId;
  /** Where the page before ended; null for the first one. */
  readonly cursor: Cursor | null;
  readonly limit: number;
}

export interface ListedSessions {
  readonly sessions: readonly SessionListing[];
  /** Where the next page begins; null when this is the last one. */
  readonly cursor: Cursor | null;
}

/**
 * The sessions of the cluster as operators see them: those of `SessionStore` whose end has not
 * begun.
 */
export interface SessionRegistry {
  /**
   * Some of a tenant's sessions; whoever goes on until there is no cursor has seen all that were
   * there all the time, each once.
   *
   * @throws SignalingError `invalid_argument` for a cursor that no page has said.
   */
  list(request: ListSessionsRequest): Promise<ListedSessions>;
  /** How many sessions a tenant has, at a cost that does not rise with it. */
  total(tenant: TenantId): Promise<number>;
  /**
   * Begins the end of a session, whoever holds it; its node is told (`onFenced`). What is to
   * follow is as after `SessionStore.end`.
   *
   * @returns null when the tenant has no such session, or it is ending already.
   */
  evict(tenant: TenantId, peerId: PeerId): Promise<EndingSession | null>;
}
