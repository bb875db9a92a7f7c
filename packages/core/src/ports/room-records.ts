import type {
  AppointmentId,
  Cursor,
  EntitledUser,
  Incarnation,
  PeerId,
  Role,
  RoomData,
  RoomId,
  RoomTotals,
  TenantId,
  UserId,
} from '@switchboard/protocol';
import type { RoomPolicy, RoomRef, RoomState } from './room-store.ts';
import type { Share } from './session-store.ts';

/** What a server has said of a room ahead. It is settled once, and never changes. */
export interface RoomPreparation {
  readonly appointmentId: AppointmentId | null;
  /** Who may enter without any other right, and as what; each user is named once. */
  readonly entitled: readonly EntitledUser[];
  /** The room waits until a participant of each of these roles is in. */
  readonly requiredRoles: readonly Role[];
  /** Only participants of these roles may share a screen; null: all may. */
  readonly screenRoles: readonly Role[] | null;
  /** The server's own; nobody looks into it. */
  readonly data: RoomData | null;
  /** How long the room is kept after its end. */
  readonly keepMs: number;
}

export interface PrepareRequest {
  readonly room: RoomRef;
  /** For a room that there is not yet. */
  readonly incarnation: Incarnation;
  readonly policy: RoomPolicy;
  readonly preparation: RoomPreparation;
}

export type PrepareOutcome =
  | { readonly kind: 'prepared'; readonly state: RoomState }
  /** It was prepared before, maybe otherwise, and has maybe ended: it stays as it is. */
  | { readonly kind: 'already'; readonly state: RoomState };

export type StartOutcome =
  | { readonly kind: 'started'; readonly state: RoomState }
  /** It was waiting no longer, or has ended. */
  | { readonly kind: 'already'; readonly state: RoomState }
  | { readonly kind: 'absent' };

/** Who wants to end a room; null of somebody who may end any. */
export interface EndAsker {
  readonly peerId: PeerId;
  /** Whether it may because it is in the room. */
  readonly asMember: boolean;
  /** The user by whom it may, if the room names them as entitled. */
  readonly asEntitled: UserId | null;
}

export interface EndRequest {
  readonly room: RoomRef;
  readonly asker: EndAsker | null;
}

export type EndOutcome =
  | { readonly kind: 'ended'; readonly state: RoomState }
  /** It had ended before. */
  | { readonly kind: 'already'; readonly state: RoomState }
  | { readonly kind: 'absent' }
  /** There is no such room, or the asker may not end it. */
  | { readonly kind: 'refused' };

export interface ListRequest {
  readonly tenant: TenantId;
  /** Whether to pass over rooms that nobody is in. */
  readonly onlyOccupied: boolean;
  /** Where the page before ended; null for the first one. */
  readonly cursor: Cursor | null;
  readonly limit: number;
}

export interface ListedRooms {
  readonly rooms: readonly { readonly room: RoomRef; readonly state: RoomState }[];
  /** Where the next page begins; null when this is the last one. */
  readonly cursor: Cursor | null;
}

/**
 * The rooms of the cluster as servers see them: made ahead, begun, ended, kept for a while, and
 * listed. To be carried out on the same rooms as `RoomStore`, and under the same promises: each
 * method but `list` and `totals` is one step, and may be repeated.
 *
 * A room that was prepared exists while nobody is in it. It waits, is in progress, and has ended,
 * in this order and never back. A room that nobody ends is kept for a year, and for as long as
 * somebody is in it. What was not prepared exists while somebody is in it, and for ten minutes
 * after it was ended.
 */
export interface RoomRecords {
  /**
   * Says which room an appointment has. Of any number of calls the first one decides, and all of
   * them, for as long as the room can exist, have the same answer.
   *
   * @param proposed the room that it is to have if it has none.
   */
  assign(
    tenant: TenantId,
    appointmentId: AppointmentId,
    proposed: RoomId | null,
  ): Promise<RoomId | null>;
  /** A room that is there and was not prepared goes on, but is kept and entered as this says. */
  prepare(request: PrepareRequest): Promise<PrepareOutcome>;
  /** Begins a room that waits, whoever is in it. */
  start(room: RoomRef): Promise<StartOutcome>;
  /** Takes everybody out of a room, in one change, and keeps everybody out. */
  end(request: EndRequest): Promise<EndOutcome>;
  /**
   * Some of a tenant's rooms; whoever goes on until there is no cursor has seen all that were
   * there all the time, each once.
   *
   * @throws SignalingError `invalid_argument` for a cursor that no page has said.
   */
  list(request: ListRequest): Promise<ListedRooms>;
  /** What goes on at the moment in a tenant's rooms, at a cost that does not rise with it. */
  totals(tenant: TenantId): Promise<RoomTotals>;
  /**
   * Removes rooms whose time is over. A call looks at a part of them; a minute of calls, one a
   * second, looks at all.
   *
   * @param share which part of all rooms is this node's.
   * @returns how many there were.
   */
  expire(share: Share): Promise<number>;
}
