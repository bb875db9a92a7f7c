import type { Call, CallId, PeerId, PresenceStatus, TenantId, UserId } from '@switchboard/protocol';
import type { Binding } from './room-store.ts';
import type { Share } from './session-store.ts';

/** Which user is meant: ids are unique within a tenant only. */
export interface UserRef {
  readonly tenant: TenantId;
  readonly userId: UserId;
}

/** How a user is, and the place of that in the order of changes: later ones have a higher `rev`. */
export interface UserStanding {
  readonly user: UserRef;
  readonly status: PresenceStatus;
  readonly rev: number;
}

/** What is told of a call to a node at which one of its two users has a session. */
export interface CallEvent {
  readonly tenant: TenantId;
  readonly call: Call;
}

/** A call as the record of one of its users names it; what became of it the call store knows. */
export interface NamedCall {
  readonly callId: CallId;
  /** The other one of the two. */
  readonly other: UserId;
}

export type AttachOutcome =
  /**
   * With the calls that may concern the session: those that are not known to be over and, if it
   * was bound before (its epoch is above 1), those that have ended within the last minute.
   */
  | { readonly kind: 'attached'; readonly calls: readonly NamedCall[] }
  /** It is attached under a higher epoch. */
  | { readonly kind: 'fenced' };

/** A session that a node holds, and whose it is. */
export interface UserSession {
  readonly user: UserRef;
  readonly peerId: PeerId;
}

/** A session that was attached, and of which no node has said for too long that it is there. */
export interface LostSession extends UserSession {
  /** The calls in which the user takes part by that session, or would. */
  readonly calls: readonly NamedCall[];
}

/** A call that is about to be made, as it is to stand in the record of one of its users. */
export interface CallIntent extends NamedCall {
  /** The session that calls; null in the record of the one who is called. */
  readonly caller: PeerId | null;
}

export type IntendOutcome =
  /** Now, or before. */
  | {
      readonly kind: 'intended';
      /** Whether the user is in an accepted call, other than this one. */
      readonly isInCall: boolean;
    }
  /** The user has another call of that id. */
  | { readonly kind: 'taken' }
  /** The user has as many calls as the record holds. */
  | { readonly kind: 'full' }
  /** The session that calls is none of the user's. */
  | { readonly kind: 'absent' };

export type EngageOutcome =
  /** `isHere`: whether the session by which the user takes part in the call, if any, is there. */
  { readonly isHere: boolean };

/**
 * The users of the cluster: which sessions each has, and which calls; and who watches.
 *
 * A user is `offline` without a session, `in-call` with a session that takes part in an accepted
 * call, else `online`. A session counts from `attach` to `detach`, also while it is without a
 * connection, so that nothing flaps.
 *
 * Every method is one step on each user that it names, and harmless when repeated. What changes a
 * user's status is told (`onPresenceChanged`) to every node that watches the user, in the same step.
 *
 * Whoever ends a session detaches it. One whose record was lost while its node died is ended by
 * nobody: so nodes say again (`keep`) which sessions they hold, and one that nobody has kept for
 * fifteen leases is handed out (`takeLost`).
 */
export interface UserStore {
  /** A session is the user's, or is bound anew. */
  attach(user: UserRef, binding: Binding): Promise<AttachOutcome>;
  /**
   * A session is so no more. Changes nothing if it is attached under a higher epoch.
   *
   * @returns the calls in which the user takes part by that session, or would.
   */
  detach(user: UserRef, session: Pick<Binding, 'peerId' | 'epoch'>): Promise<NamedCall[]>;
  /**
   * This node still holds these sessions.
   *
   * @returns those that are not attached, or not any more.
   */
  keep<S extends UserSession>(sessions: readonly S[]): Promise<S[]>;
  /**
   * Detaches sessions that no node has kept, and says so once. For a node that may judge others.
   *
   * @param share which part of all users to look at.
   */
  takeLost(share: Share): Promise<LostSession[]>;
  /**
   * Names a call before it is made, so that whoever ends the caller's session finds it, and
   * either user finds the other by its id.
   */
  intend(user: UserRef, intent: CallIntent): Promise<IntendOutcome>;
  /**
   * Takes a call into the record of one of its two users, as of its `rev`: an older one changes
   * nothing. What is new is told (`onCallChanged`) to every node that has a session of the user.
   * A call that is over is remembered for ten minutes.
   *
   * @throws SignalingError `unavailable`, besides the usual, while it cannot be said who is here.
   */
  engage(user: UserRef, call: Call): Promise<EngageOutcome>;
  /** A call that was intended is not made. */
  release(user: UserRef, callId: CallId): Promise<void>;
  /** The other user of a call; null of one that this user does not have. */
  find(user: UserRef, callId: CallId): Promise<UserId | null>;
  /**
   * This node is told of changes from here on, until it has not said so again for a while
   * (`watchMs`). Answers how the users are, in the order of the question.
   */
  watch(users: readonly UserRef[]): Promise<UserStanding[]>;
  unwatch(users: readonly UserRef[]): Promise<void>;
}
