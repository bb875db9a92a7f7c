import type {
  Call,
  CallId,
  Cursor,
  JsonValue,
  PeerId,
  RoomId,
  TenantId,
  UserId,
} from '@switchboard/protocol';
import type { Share } from './session-store.ts';
import type { CallEvent } from './user-store.ts';

/** Which call is meant: its id is unique among those of each of its two users. */
export interface CallRef {
  readonly tenant: TenantId;
  /** Sorted, whoever calls whom: what two users have with each other is decided in one place. */
  readonly users: readonly [UserId, UserId];
  readonly callId: CallId;
}

export interface InviteRequest {
  readonly ref: CallRef;
  readonly from: { readonly userId: UserId; readonly peerId: PeerId; readonly name?: string };
  readonly to: UserId;
  readonly roomId: RoomId;
  readonly ringMs: number;
  /** Whether to refuse it when the callee is busy: with somebody else, or with the caller. */
  readonly refuseIfBusy: boolean;
  /** Whether the callee is in an accepted call. */
  readonly isBusy: boolean;
  readonly data?: JsonValue;
}

export type InviteOutcome =
  /** A new call, which rings or is busy. */
  | { readonly kind: 'made'; readonly call: Call }
  /**
   * The callee was calling the caller: that call is accepted now, by the session of this one, and
   * is the call that this id means from here on.
   */
  | { readonly kind: 'met'; readonly call: Call }
  /** The id is known: this is the call that it means. */
  | { readonly kind: 'known'; readonly call: Call };

/** What one of the two does to a call, or what the end of their session does. */
export type CallAction = 'accept' | 'reject' | 'cancel' | 'end' | 'drop';

export interface CallChange {
  readonly action: CallAction;
  readonly by: { readonly userId: UserId; readonly peerId: PeerId };
}

export type ChangeOutcome =
  | { readonly kind: 'changed'; readonly call: Call }
  /** It had been done before, by the same side. */
  | { readonly kind: 'repeated'; readonly call: Call }
  /** It cannot be done to the call as it is. Of a `drop`: the session takes no part in it. */
  | { readonly kind: 'refused'; readonly call: Call }
  | { readonly kind: 'absent' };

/** A call that has to be looked after. */
export interface DueCall extends CallEvent {
  /** Whether it has just been missed. */
  readonly isNews: boolean;
}

export interface ListCallsRequest {
  readonly tenant: TenantId;
  /** Where the page before ended; null for the first one. */
  readonly cursor: Cursor | null;
  readonly limit: number;
}

export interface ListedCalls {
  readonly calls: readonly Call[];
  /** Where the next page begins; null when this is the last one. */
  readonly cursor: Cursor | null;
}

/**
 * The calls of the cluster.
 *
 * Every method but `list` is one step, and harmless when repeated: a call that has changed has a higher `rev`.
 * It says nothing to anybody: whoever has changed a call, or is handed one by `takeDue`, engages
 * both of its users (`UserStore`) and settles it then. A call that is not settled within seconds
 * is handed out again, to whoever asks; so is one that rings for longer than it may, which is
 * missed then, and every few minutes one that goes on.
 *
 * A call that is over is kept for ten minutes.
 */
export interface CallStore {
  /** @throws SignalingError `unavailable`, besides the usual, for seconds after data was lost. */
  invite(request: InviteRequest): Promise<InviteOutcome>;
  change(ref: CallRef, change: CallChange): Promise<ChangeOutcome>;
  /** @returns null of one that is not, or no longer, known. */
  read(ref: CallRef): Promise<Call | null>;
  /** Both users have been engaged as of that `rev`. */
  settle(ref: CallRef, rev: number): Promise<void>;
  /** @param share which part of all calls to look at. */
  takeDue(share: Share): Promise<DueCall[]>;
  /**
   * Says again how a call is, after the shared state may have lost it or its last changes. What
   * has the same `rev`, or a higher one, stays.
   */
  register(ref: CallRef, call: Call): Promise<void>;
  /**
   * Some of a tenant's calls that ring or are accepted; whoever goes on until there is no cursor
   * has seen all that were there all the time, each once. No step: calls change meanwhile.
   *
   * @throws SignalingError `invalid_argument` for a cursor that no page has said.
   */
  list(request: ListCallsRequest): Promise<ListedCalls>;
}
