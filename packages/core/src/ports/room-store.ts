import type {
  Annotation,
  AnnotationId,
  ChatMessage,
  DuplicatePolicy,
  Incarnation,
  LeaveReason,
  MediaKind,
  MediaState,
  NodeId,
  Participant,
  PeerId,
  RoomId,
  TenantId,
  UserId,
} from '@switchboard/protocol';
import type { RoomPreparation } from './room-records.ts';

/** Which room is meant: ids are chosen by tenants and unique within one only. */
export interface RoomRef {
  readonly tenant: TenantId;
  readonly roomId: RoomId;
}

/**
 * Where a session is bound. The epoch rises whenever the session is bound anew, so that of two
 * nodes which both believe to hold it the later one wins, whatever the order of their commands.
 */
export interface Binding {
  readonly peerId: PeerId;
  readonly node: NodeId;
  readonly epoch: number;
}

/** A participant as nodes know it: with the place where it can be reached. */
export interface Member {
  readonly participant: Participant;
  readonly node: NodeId;
  readonly epoch: number;
}

/** A place in a room's history; only within one incarnation can two be compared. */
export interface RoomPosition {
  readonly incarnation: Incarnation;
  readonly rev: number;
}

/** What is settled about a room when it comes into being. */
export interface RoomPolicy {
  readonly capacity: number;
  /** Whether a user can be in it with one session only, or with several. */
  readonly duplicates: DuplicatePolicy;
}

/** How far a room has come. Times are epoch milliseconds. */
export type RoomProgress =
  | { readonly status: 'waiting' }
  | { readonly status: 'in-progress'; readonly startedAt: number }
  /** `startedAt` is null of one that nobody waited for. */
  | { readonly status: 'ended'; readonly startedAt: number | null; readonly endedAt: number };

/** All of a room but who is in it: what a node keeps to put a lost one together again. */
export interface RoomOrigin extends RoomPolicy {
  readonly progress: RoomProgress;
  readonly createdAt: number;
  /** Null of a room that came into being with its first participant. */
  readonly preparation: RoomPreparation | null;
}

/** A room as of one revision. */
export interface RoomState extends RoomPosition, RoomOrigin {
  /** When anything last happened in it, in epoch milliseconds. */
  readonly updatedAt: number;
  readonly members: readonly Member[];
  /** Chat messages that have been sent in this incarnation. */
  readonly messages: number;
  /** Annotations that it has. */
  readonly annotations: number;
}

export type RoomChange =
  | { readonly type: 'joined'; readonly member: Member }
  | { readonly type: 'left'; readonly peerId: PeerId; readonly reason: LeaveReason }
  | {
      readonly type: 'updated';
      readonly peerId: PeerId;
      readonly media: MediaState;
      /** What the participant has spoken of; absent of nothing. */
      readonly named?: readonly MediaKind[];
      /** Only of a participant whose page was loaded anew. */
      readonly instance?: string;
    }
  /** The connection is lost and may come back. */
  | { readonly type: 'detached'; readonly peerId: PeerId }
  /** The connection is back, and the session bound anew. */
  | {
      readonly type: 'rebound';
      readonly peerId: PeerId;
      readonly node: NodeId;
      readonly epoch: number;
    }
  | { readonly type: 'message-sent'; readonly message: ChatMessage }
  | {
      readonly type: 'annotation-put';
      readonly annotation: Annotation;
      /** How many there are now. */
      readonly annotations: number;
    }
  | {
      readonly type: 'annotation-removed';
      /** Who has removed it. */
      readonly peerId: PeerId;
      readonly id: AnnotationId;
      readonly annotations: number;
    }
  /** The room waits no longer. */
  | { readonly type: 'started'; readonly startedAt: number }
  /** Whoever was in the room is out of it; `by` is null when a server has ended it. */
  | { readonly type: 'ended'; readonly by: PeerId | null; readonly endedAt: number };

/** A change of a room and the revision it led to. */
export interface RoomEvent {
  readonly room: RoomRef;
  readonly incarnation: Incarnation;
  readonly rev: number;
  readonly change: RoomChange;
}

export interface JoinRequest {
  readonly room: RoomRef;
  readonly binding: Binding;
  /**
   * The participant, but for its seat, which the store gives. Without a role it has the one that
   * the room gives its user.
   */
  readonly participant: Omit<Participant, 'seat' | 'connected'>;
  /**
   * The user who is to have no other session in the room, if that is its policy. Null of somebody
   * who may be in it besides, and so is neither replaced nor replaces anybody.
   */
  readonly soleUser: UserId | null;
  /** The only session of the user whose place it may take; null if it may take any. */
  readonly onlyReplaces: PeerId | null;
  /** Whether it may bring the room into being. */
  readonly mayCreate: boolean;
  /** The user who may enter only if the room names them; null of one who may anyway. */
  readonly onlyAsEntitled: UserId | null;
  /** For a room that this join brings into being. */
  readonly ifCreated: { readonly incarnation: Incarnation } & RoomPolicy;
}

export type JoinOutcome =
  | { readonly kind: 'joined'; readonly state: RoomState }
  /**
   * Was in already. Under this epoch nothing was changed or published; under a lower one it has
   * been rebound.
   */
  | { readonly kind: 'already'; readonly state: RoomState }
  | { readonly kind: 'full'; readonly capacity: number }
  /** Nobody is in the room, and this join may not make it. */
  | { readonly kind: 'absent' }
  /** Another session of the user is in the room, whose place this join may not take. */
  | { readonly kind: 'occupied' }
  /** There is no such room, or it does not name the user, who needs that to enter. */
  | { readonly kind: 'stranger' }
  /** The room has ended. */
  | { readonly kind: 'ended' }
  /** The room does not let a participant of that role share a screen. */
  | { readonly kind: 'screen-refused' }
  /** The session has been bound elsewhere since; this binding may change nothing. */
  | { readonly kind: 'fenced' };

export interface LeaveRequest {
  readonly room: RoomRef;
  readonly binding: Binding;
  readonly reason: LeaveReason;
}

export type LeaveOutcome =
  | ({ readonly kind: 'left' } & RoomPosition)
  /** Was not in it, or is in it under a higher epoch: nothing was changed or published. */
  | { readonly kind: 'not-member' };

/** What of a participant its own client says, once. */
export type Introduction = Omit<Participant, 'seat' | 'connected' | 'media'>;

export interface UpdateRequest {
  readonly room: RoomRef;
  readonly binding: Binding;
  /** What is not named stays as it is. */
  readonly media: { readonly [K in keyof MediaState]?: MediaState[K] | undefined };
  /** Replaces what it said before: its page was loaded anew, within the same session. */
  readonly introduction?: Introduction;
  /** The user who may share a screen only if the room names them; null of one who may anyway. */
  readonly onlyAsEntitled: UserId | null;
}

export type UpdateOutcome =
  | ({ readonly kind: 'updated'; readonly media: MediaState } & RoomPosition)
  /** The room does not let it share a screen. */
  | { readonly kind: 'screen-refused' }
  /** Not in the room, or in it under a higher epoch. */
  | { readonly kind: 'not-member' };

export interface DetachRequest {
  readonly room: RoomRef;
  readonly binding: Binding;
}

export interface RebindRequest {
  readonly room: RoomRef;
  readonly binding: Binding;
  /** As in the join. */
  readonly soleUser: UserId | null;
}

export type RebindOutcome =
  /** Under this epoch already, or now. */
  | { readonly kind: 'rebound'; readonly state: RoomState }
  /** Not in the room, because another session of the user is in its place. */
  | { readonly kind: 'replaced' }
  /** Not in the room, which has ended there. */
  | { readonly kind: 'ended'; readonly position: RoomPosition }
  /** Not in the room, or in it under a higher epoch. */
  | { readonly kind: 'not-member' };

export interface RegisterMemberRequest {
  readonly room: RoomRef;
  readonly member: Member;
  /** As in the join. */
  readonly soleUser: UserId | null;
  /** For a room that was lost altogether. */
  readonly ifLost: { readonly incarnation: Incarnation } & RoomOrigin;
}

export type RegisterMemberOutcome =
  | { readonly kind: 'registered'; readonly state: RoomState }
  /** Another session of the user has come into the room after it. */
  | { readonly kind: 'replaced' }
  /** The room has ended meanwhile. */
  | { readonly kind: 'ended'; readonly position: RoomPosition }
  /** In the room under a higher epoch. */
  | { readonly kind: 'fenced' };

/**
 * The rooms of the cluster.
 *
 * Every method is one step: of any number of concurrent calls, on any nodes, each sees the
 * whole effect of those before it and nothing of those after it. A call that changed a room has
 * raised its `rev` by one and sent one `RoomEvent` over the bus to every node that has a member
 * in it before or after the change, this one included. Where somebody takes the place of another
 * session of the same user, these are two changes, `left` and `joined`, with nothing in between.
 *
 * Where the last whom a room waits for has come in, `joined` and `started` are two such changes.
 *
 * A room exists while somebody is in it, or for longer: see `RoomRecords`.
 *
 * A call that fails with `SignalingError('unavailable')` may have taken effect. All calls may
 * therefore be repeated: the second one changes and publishes nothing. For some seconds after the
 * shared state was lost, joins fail so, until those who were in have been registered again.
 */
export interface RoomStore {
  /** In a room that admits one session of each user, one who replaces another always fits. */
  join(request: JoinRequest): Promise<JoinOutcome>;
  leave(request: LeaveRequest): Promise<LeaveOutcome>;
  /** Bumps `rev` and publishes even when the media state stays the same: toggles are relayed. */
  update(request: UpdateRequest): Promise<UpdateOutcome>;
  /** The connection of a participant is lost; its place is kept. */
  detach(request: DetachRequest): Promise<void>;
  /** The session of a participant has been claimed: it is reached at another binding now. */
  rebind(request: RebindRequest): Promise<RebindOutcome>;
  /**
   * Says again that somebody is in a room, after the shared state may have lost it. This always
   * fits, and publishes nothing when nothing was lost. Of two sessions of a user the one with the
   * higher seat, which is the later one, stays.
   */
  register(request: RegisterMemberRequest): Promise<RegisterMemberOutcome>;
  /** Where a room is, which costs less than reading it. @returns null if there is none. */
  position(room: RoomRef): Promise<RoomPosition | null>;
  /** @returns null for a room that there is not. */
  read(room: RoomRef): Promise<RoomState | null>;
}
