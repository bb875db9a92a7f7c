import type { NodeId, PeerId } from '@switchboard/protocol';
import type { SessionProfile } from '../profile.ts';
import type { Binding, RoomRef } from './room-store.ts';

/**
 * Whose a session is: a tenant and, where somebody is logged in, a user. Only the same owner can
 * resume it, whoever else may have got hold of its secret.
 */
export type SessionOwner = string & { readonly __brand: 'SessionOwner' };

/** A session as it is written at connect, so that a killed node takes nothing with it. */
export interface NewSession {
  readonly binding: Binding;
  readonly owner: SessionOwner;
  /** Digest of the secret by which the client resumes; the secret itself is not stored. */
  readonly secretDigest: string;
  /** How long it may be without a connection before it ends. */
  readonly graceMs: number;
  readonly profile: SessionProfile;
}

export interface ClaimRequest {
  readonly peerId: PeerId;
  readonly owner: SessionOwner;
  readonly secretDigest: string;
  /** The node that the client has reconnected to. */
  readonly node: NodeId;
}

export type ClaimOutcome =
  /**
   * The session is bound to the claiming node under `epoch`, which is higher than any before.
   * The node that held it has been told (`onFenced`).
   */
  | {
      readonly kind: 'claimed';
      readonly epoch: number;
      readonly previousNode: NodeId;
      readonly graceMs: number;
      readonly profile: SessionProfile;
      /** What the session has entered, or was about to. */
      readonly rooms: readonly RoomRef[];
    }
  /** Another session of the same user has taken its place, and it is over. */
  | { readonly kind: 'replaced' }
  /** There is no such session any more, or the secret is not its own. */
  | { readonly kind: 'unknown' }
  /** The session is somebody else's. */
  | { readonly kind: 'forbidden' };

/** A session whose end has begun: nobody can resume it, and its rooms have to be left. */
export interface EndingSession {
  readonly peerId: PeerId;
  /** Higher than any epoch it was bound under: leaves are to be carried out with it. */
  readonly epoch: number;
  readonly profile: SessionProfile;
  readonly rooms: readonly RoomRef[];
}

/** A session whose grace is over. */
export interface ExpiredSession extends EndingSession {
  /** Since when: a node looks once a second. */
  readonly overdueMs: number;
}

export type RegisterOutcome =
  /** The record was there, under this epoch, or has been written anew. */
  | 'registered'
  /**
   * This node itself has claimed it under that epoch, but the answer was lost. Nothing has been
   * changed: it is to be registered again, under that epoch.
   */
  | { readonly raisedTo: number }
  /** The session has been claimed by another node since. */
  | 'claimed'
  /** The session has ended since. */
  | 'ended';

/**
 * The sessions of the cluster: who holds which, since which epoch, and which rooms it is in.
 *
 * Every method is one step, and harmless when repeated. What takes a binding changes nothing
 * when the session has a higher epoch by then.
 *
 * The list of rooms is *intent first*: a room is listed before it is entered, and taken off
 * after it has been left. It may name a room that the session is not in, but a session is in no
 * room that it does not name.
 */
export interface SessionStore {
  open(session: NewSession): Promise<void>;
  /** Whether a claim with that secret has another answer than `unknown`; changes nothing. */
  isResumable(peerId: PeerId, secretDigest: string): Promise<boolean>;
  claim(request: ClaimRequest): Promise<ClaimOutcome>;
  /** The connection is lost: unless the session is claimed, it ends after its grace. */
  detach(binding: Binding): Promise<void>;
  /**
   * Replaces what the session is known by.
   *
   * @returns false when this binding is over.
   */
  describe(binding: Binding, profile: SessionProfile): Promise<boolean>;
  /** @returns false when this binding is over. */
  intend(binding: Binding, room: RoomRef): Promise<boolean>;
  forget(binding: Binding, room: RoomRef): Promise<void>;
  /**
   * Begins the end of a session at once. One that was replaced is remembered as such for as long
   * as its tombstone stays, so that its client, which may not have heard of it, is not let in anew.
   *
   * @returns null when this binding is over already.
   */
  end(binding: Binding, how?: 'replaced'): Promise<EndingSession | null>;
  /** All rooms of an ending session have been left: a tombstone is what remains, for a while. */
  settle(session: EndingSession): Promise<void>;
  /**
   * Begins the end of sessions whose grace is over. One that is not settled within seconds is
   * handed out again, to whoever asks.
   *
   * @param share which part of all sessions to look at.
   */
  takeExpired(share: Share): Promise<ExpiredSession[]>;
  /** Says again that this node holds a session, after the shared state may have lost it. */
  register(session: NewSession, rooms: readonly RoomRef[]): Promise<RegisterOutcome>;
  /** The sessions with a connection that, as far as the store knows, this node holds. */
  listHeld(): Promise<Binding[]>;
}

/** The part of one node in work that any node could do: the `index`-th of `of`. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

export type RenewOutcome =
  | {
      /** `late`: this node had been given up, and others may have taken its sessions. */
      readonly kind: 'renewed' | 'late';
      readonly share: Share;
      /** Leases that have run out, to be buried. */
      readonly expired: readonly string[];
      /** The shared state has lost data since the last renewal. */
      readonly dataLost: boolean;
      /** Connections of a living node that takes new ones, on the mean, as they said last. */
      readonly meanLoad: number;
    }
  /** Another process has started under the same name. */
  | { readonly kind: 'usurped' };

/** What a node says of itself, with its lease. Times are epoch milliseconds, by its own clock. */
export interface NodeReport {
  readonly connections: number;
  /** Rooms that its sessions are in. */
  readonly rooms: number;
  readonly startedAt: number;
  /** Since when it moves its clients elsewhere and takes no new ones; null of one that serves. */
  readonly drainingSince: number | null;
}

/** A node that is alive, and what it said last. */
export interface NodeListing extends NodeReport {
  readonly node: NodeId;
}

/**
 * Which nodes are alive, by the one clock that all share. A lease that is not renewed runs out
 * after `leaseMs`.
 */
export interface LeaseStore {
  readonly leaseMs: number;
  /** Begins a lease; one of an earlier process of this name is left to run out. */
  take(): Promise<void>;
  /** @param report for the others to know. */
  renew(report: NodeReport): Promise<RenewOutcome>;
  /** The nodes that are alive and have renewed at least once, by name. */
  list(): Promise<NodeListing[]>;
  /** Gives it back, at an orderly stop. */
  release(): Promise<void>;
  /** Starts the grace of every session that is held under a lease, and forgets the lease. */
  bury(lease: string): Promise<void>;
}
