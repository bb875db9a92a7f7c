import type {
  Annotation,
  AnnotationId,
  Call,
  ChatMessage,
  ErrorBody,
  Incarnation,
  JsonContent,
  JsonValue,
  LeaveReason,
  MediaKind,
  MediaState,
  Participant,
  PeerId,
  PresenceStatus,
  RoomId,
  RoomSnapshot,
  Delivery as SignalDelivery,
  SignalKind,
  UserId,
} from '@switchboard/protocol';

interface Changed {
  readonly roomId: RoomId;
  readonly incarnation: Incarnation;
  readonly rev: number;
}

/** What a session is told without having asked. A dialect turns it into its own events. */
export type Notice =
  | ({ readonly type: 'participant-joined'; readonly participant: Participant } & Changed)
  | ({
      readonly type: 'participant-left';
      readonly peerId: PeerId;
      readonly reason: LeaveReason;
    } & Changed)
  | ({
      readonly type: 'participant-updated';
      readonly peerId: PeerId;
      readonly media: MediaState;
      readonly named?: readonly MediaKind[];
      readonly instance?: string;
    } & Changed)
  | ({ readonly type: 'participant-reconnecting'; readonly peerId: PeerId } & Changed)
  | ({ readonly type: 'participant-reconnected'; readonly peerId: PeerId } & Changed)
  | ({ readonly type: 'message-sent'; readonly message: ChatMessage } & Changed)
  | ({ readonly type: 'annotation-changed'; readonly annotation: Annotation } & Changed)
  | ({ readonly type: 'annotation-removed'; readonly id: AnnotationId } & Changed)
  | ({ readonly type: 'room-started'; readonly startedAt: number } & Changed)
  /** The room has ended, and the session is out of it. */
  | ({ readonly type: 'room-ended'; readonly by?: PeerId } & Changed)
  /**
   * Changes may have been missed; this is the room as it is now. `joined` and `left` are what
   * the node itself had missed; a client may have missed more.
   */
  | {
      readonly type: 'room-state';
      readonly room: RoomSnapshot;
      readonly joined: readonly Participant[];
      readonly left: readonly PeerId[];
    }
  | {
      readonly type: 'signal';
      readonly roomId: RoomId;
      readonly from: PeerId;
      readonly signalKind: SignalKind;
      readonly data: JsonContent;
      readonly delivery?: SignalDelivery | undefined;
    }
  | {
      readonly type: 'relayed';
      readonly roomId: RoomId;
      readonly from: PeerId;
      readonly name: string;
      readonly data: JsonValue;
    }
  | {
      readonly type: 'typing';
      readonly roomId: RoomId;
      readonly from: PeerId;
      readonly isTyping: boolean;
    }
  /** A user whom the session watches. */
  | {
      readonly type: 'presence-changed';
      readonly userId: UserId;
      readonly status: PresenceStatus;
    }
  /** A call of the session's user. */
  | { readonly type: 'call-changed'; readonly call: Call }
  /** The node is about to close this connection; the client goes on elsewhere. */
  | { readonly type: 'draining'; readonly reconnectInMs: number }
  /** The session has been taken out of a room, and is not to come back by itself. */
  | { readonly type: 'membership-ended'; readonly roomId: RoomId; readonly error: ErrorBody }
  | {
      readonly type: 'signal-failed';
      readonly roomId: RoomId;
      readonly to: PeerId;
      readonly kind: SignalKind;
      readonly error: ErrorBody;
    };

/** The way out of the core to the sessions of this node. */
export interface Delivery {
  /**
   * Emits to sessions in the order of calls. A session that is no longer there is passed over.
   */
  deliver(to: Iterable<PeerId>, notice: Notice): void;
}
