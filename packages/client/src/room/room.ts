import type {
  ErrorBody,
  EventPayload,
  Incarnation,
  JsonValue,
  MediaState,
  Participant,
  PeerId,
  RoomId,
  RoomStatus,
  SignalKind,
} from '@switchboard/protocol';
import type { Annotations } from '../contents/annotations.ts';
import type { Chat } from '../contents/chat.ts';
import type { Typing } from '../contents/typing.ts';
import type { Subscribable } from '../emitter.ts';
import type { SwitchboardError } from '../errors.ts';
import type { DepartureReason } from './room-state.ts';

/** How one wants to appear in a room; said again at every re-join. */
export interface JoinOptions {
  /** Shown to others as it is; not an identity. */
  readonly name?: string;
  /** What is being sent from the start; what is not named is off. */
  readonly media?: Partial<MediaState>;
  /** Participants the room admits if this join is what makes it; ignored otherwise. */
  readonly capacity?: number;
}

/** Why one is no longer in a room. */
export type RoomEnd =
  /** `leave` was called. */
  | { readonly reason: 'left' }
  /** The client was closed, by itself or by the cluster; with the cluster's reason if it gave one. */
  | { readonly reason: 'closed'; readonly error?: SwitchboardError }
  /** The room has ended, for everybody; with who ended it, if that was a participant. */
  | { readonly reason: 'ended'; readonly by?: PeerId }
  /** The cluster has put this client out, or after a reconnection did not let it in again. */
  | { readonly reason: 'refused'; readonly error: SwitchboardError };

/** Events are about others: one's own changes are known from the calls that made them. */
export interface RoomEvents {
  participantJoined: { readonly participant: Participant };
  participantLeft: { readonly participant: Participant; readonly reason: DepartureReason };
  /** Another media state, or the connection was lost (`connected`) or is back. */
  participantUpdated: { readonly participant: Participant; readonly previous: Participant };
  /**
   * A signal from one participant. Signals that come before the first handler is there are kept
   * for it, so that none is lost between `join` and the first `on`.
   */
  signal: Omit<EventPayload<'signal'>, 'roomId'>;
  /**
   * What another participant has sent to all: `name` says what `data` is. Who is not connected just
   * then does not get it.
   */
  relayed: Omit<EventPayload<'room:relayed'>, 'roomId'>;
  /**
   * A signal that the cluster had accepted could not be delivered after all, and is not sent again
   * by itself. With `unavailable` it may have been.
   */
  signalFailed: { readonly to: PeerId; readonly error: ErrorBody };
  /**
   * 256 signals to a participant have not arrived, and more are refused with `queue_full`. Comes
   * once, and again only if some have arrived in between.
   */
  queueFull: { readonly to: PeerId };
  /**
   * The connection was lost and is back, and so is this client in the room: with the same peerId,
   * or as somebody new. Comes before the differences that the time away has made.
   */
  rejoined: { readonly self: Participant; readonly previousPeerId: PeerId };
  /** The room waits no longer: those whom it waited for are in. */
  started: { readonly startedAt: number };
  /** The last event of a room. */
  left: RoomEnd;
}

/** A room that this client is in. It keeps itself up to date, and survives reconnections. */
export interface Room extends Subscribable<RoomEvents> {
  readonly id: RoomId;
  /** With `rejoining`, what is known of the room is what was known when the connection was lost. */
  readonly state: 'joined' | 'rejoining' | 'left';
  /** One life of the room; revisions can be compared within one only. */
  readonly incarnation: Incarnation;
  /** The last revision that is known; grows, but not by one. */
  readonly rev: number;
  /** Participants the room admits. */
  readonly capacity: number;
  /** `waiting` until those are in whom a prepared room waits for. */
  readonly status: RoomStatus;
  /** Epoch milliseconds; null while the room waits. */
  readonly startedAt: number | null;
  /** Everybody in the room, oneself included, as of `rev`. */
  readonly participants: ReadonlyMap<PeerId, Participant>;
  readonly chat: Chat;
  readonly typing: Typing;
  readonly annotations: Annotations;
  readonly self: Participant;
  /** Everybody but oneself; former selves which the cluster still lists are not shown either. */
  readonly others: readonly Participant[];

  /**
   * Leaves; the `left` event comes at once. Resolves when the cluster knows, or when it cannot be
   * told because there is no connection: then the room is simply not joined again.
   *
   * @throws SwitchboardError
   */
  leave(): Promise<void>;

  /**
   * Tells the others what is being sent; what is not named stays as it is. Without a connection it
   * resolves at once, and is told with the re-join.
   *
   * @returns what the others are told now.
   * @throws SwitchboardError
   */
  setMedia(media: Partial<MediaState>): Promise<MediaState>;

  /**
   * Sends plain JSON of at most 64 KiB to one participant.
   *
   * To a client of this SDK: resolves when it has arrived, exactly once and in order, whatever
   * happens to connections and nodes in between; a lost connection is waited out.
   *
   * To any other client: resolves when the cluster has sent it on its way. One that failed with
   * `timeout` or `interrupted` may have arrived.
   *
   * @throws SwitchboardError `peer_gone` when it cannot arrive any more, `queue_full` when 256
   * signals to that participant wait already, or what the cluster refuses it for.
   */
  sendSignal(to: PeerId, kind: SignalKind, data: JsonValue): Promise<void>;

  /**
   * Sends plain JSON of at most 64 KiB to all others who are connected just now. `name`, of 1 to 32
   * letters, digits and `_.:-`, says what it is.
   *
   * @throws SwitchboardError
   */
  relay(name: string, data: JsonValue): Promise<void>;
  /** See `SwitchboardClient.iceServers`. */
  iceServers(options?: { readonly anew?: boolean }): Promise<readonly RTCIceServer[]>;
}
