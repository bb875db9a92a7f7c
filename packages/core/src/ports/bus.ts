import type {
  Delivery,
  Incarnation,
  JsonContent,
  NodeId,
  PeerId,
  SignalKind,
} from '@switchboard/protocol';
import type { Notice } from './delivery.ts';
import type { RelayEnvelope } from './relay.ts';
import type { RoomEvent, RoomRef } from './room-store.ts';
import type { CallEvent, UserStanding } from './user-store.ts';

/** A signal on its way from the node of its sender to the node of its receiver. */
export interface SignalEnvelope {
  readonly room: RoomRef;
  /** With `rev`: the revision that brought the sender into the room. */
  readonly incarnation: Incarnation;
  readonly rev: number;
  readonly from: PeerId;
  /** Of the sender's binding: what a later one has taken the place of has nothing more to say. */
  readonly epoch: number;
  readonly to: PeerId;
  /** Seat of the receiver as its sender knows it: one that has come in anew is another one. */
  readonly seat: number;
  readonly kind: SignalKind;
  readonly data: JsonContent;
  readonly delivery?: Delivery | undefined;
  /** The node that an answer goes to. */
  readonly origin: NodeId;
  /** When it was accepted, on the clock of that node's process, which alone can compare it. */
  readonly acceptedAt: number;
  /** The same on the clock of the cluster, by which the node of the receiver can measure. */
  readonly sentAt: number;
  /** A signal is sent a second time when the first node turned out not to have the receiver. */
  readonly attempt: 1 | 2;
}

/** What one node tells another. */
export type NodeMessage =
  | { readonly type: 'signal'; readonly signal: SignalEnvelope }
  /** The answer of a node that does not have the receiver; it returns the whole signal. */
  | { readonly type: 'not-here'; readonly signal: SignalEnvelope; readonly node: NodeId }
  | { readonly type: 'relay'; readonly relay: RelayEnvelope }
  /** The answer of a node that does not have the receivers that this names. */
  | { readonly type: 'relay-not-here'; readonly relay: RelayEnvelope; readonly node: NodeId }
  /** What comes for this participant is sent to another node from now on: what came is to go first. */
  | {
      readonly type: 'flush';
      readonly room: RoomRef;
      readonly peerId: PeerId;
      /** Under which it is bound to `node`. */
      readonly epoch: number;
      readonly node: NodeId;
      /** Who asks. */
      readonly origin: NodeId;
    }
  /** The answer of the former node: everything that had come has been handed over or returned. */
  | {
      readonly type: 'flushed';
      readonly room: RoomRef;
      readonly peerId: PeerId;
      readonly node: NodeId;
    }
  /** An operator wants the node emptied. */
  | { readonly type: 'drain' }
  /** What the former node of a session kept for its client while it was away. */
  | {
      readonly type: 'handover';
      readonly peerId: PeerId;
      readonly epoch: number;
      readonly notices: readonly Notice[];
    };

/**
 * A session of this node has been claimed by another one, or by a later connection here; or it
 * has been ended by an operator.
 */
export interface Fence {
  readonly peerId: PeerId;
  /** Bindings under lower epochs are over. */
  readonly epoch: number;
  /** That has claimed it; null when it has ended. */
  readonly node: NodeId | null;
}

export interface BusHandler {
  /** A message from another node. */
  onMessage(message: NodeMessage): void;
  /**
   * A message of this node whose way out was lost before anybody could know that it had got
   * there. It may have arrived all the same.
   */
  onUndelivered(message: NodeMessage): void;
  /** A change of a room that this node has members in, from the room store. */
  onRoomEvent(event: RoomEvent): void;
  onFenced(fence: Fence): void;
  /** A call of a user who has a session at this node, from the user store. */
  onCallChanged(event: CallEvent): void;
  /** A user whom this node watches, from the user store. */
  onPresenceChanged(standing: UserStanding): void;
  /**
   * The connection to the shared state was lost and is back, or has moved: messages may have been
   * missed, and changes that were answered may be gone. Everything has to be compared.
   */
  onGap(): void;
}

/**
 * From node to node: every node has one channel and reads no other.
 *
 * Delivery is at most once and in no order: a message can be lost, and can overtake another
 * one or the answer to the command that caused it.
 */
export interface Bus {
  /** Resolves once messages can no longer be missed; to be called before the first session. */
  open(handler: BusHandler): Promise<void>;
  /**
   * Hands a message over for sending. What goes to one node within one tick travels together.
   *
   * @throws SignalingError `unavailable` when there is no way out at the moment.
   */
  send(to: NodeId, message: NodeMessage): void;
}
