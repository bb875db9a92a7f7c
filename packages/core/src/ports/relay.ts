import type { Incarnation, JsonValue, NodeId, PeerId } from '@switchboard/protocol';
import type { RoomRef } from './room-store.ts';

/** What goes from one participant to all others of a room, and is kept nowhere. */
export type RelayContent =
  | { readonly type: 'relayed'; readonly name: string; readonly data: JsonValue }
  | { readonly type: 'typing'; readonly isTyping: boolean };

/** One whom a relay is for; with its seat, because one that has come in anew is another one. */
export interface RelayReceiver {
  readonly peerId: PeerId;
  readonly seat: number;
}

/** A relay on its way to all of its receivers on one node. */
export interface RelayEnvelope {
  readonly room: RoomRef;
  /** With `rev`: the revision that brought the sender into the room. */
  readonly incarnation: Incarnation;
  readonly rev: number;
  readonly from: PeerId;
  /** Of the sender's binding: what a later one has taken the place of has nothing more to say. */
  readonly epoch: number;
  readonly to: readonly RelayReceiver[];
  readonly content: RelayContent;
  /** The node that an answer goes to. */
  readonly origin: NodeId;
  /** When it was accepted, on the clock of that node's process, which alone can compare it. */
  readonly acceptedAt: number;
  /** It is sent a second time to those whom the first node turned out not to have. */
  readonly attempt: 1 | 2;
}
