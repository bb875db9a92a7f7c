import type { SignalKind } from '@switchboard/protocol';
import type { RelayContent } from './relay.ts';

/** Where the receiver of a signal is, seen from the node of its sender. */
export type SignalPath = 'local' | 'remote';

/** What became of a call, or is becoming of it. */
export type CallProgress =
  | 'ringing'
  | 'accepted'
  | 'rejected'
  | 'cancelled'
  | 'missed'
  | 'busy'
  | 'ended';

/** How a session came to its end. */
export type SessionEnding =
  /** Its client said goodbye. */
  | 'goodbye'
  /** Its token ran out. */
  | 'expired'
  /** Another session of the same user is in its place. */
  | 'replaced'
  /** Its client did not come back in time. */
  | 'grace'
  /** The same, but the node that held it is gone, so that another one ended it. */
  | 'reaped'
  /** An operator has ended it. */
  | 'evicted'
  /** The store named this node as its holder, and nobody here knew it. */
  | 'orphaned';

/** What the core counts; a node turns it into metrics. Called on the way of every signal: cheap. */
export interface Observer {
  signalRouted(kind: SignalKind, path: SignalPath): void;
  /** Handed to the connection of its receiver, so long after it had been accepted. */
  signalDelivered(path: SignalPath, afterMs: number): void;
  signalParked(): void;
  /** A signal or relay waits until it is known where its receiver, which moves, is to be found. */
  heldUp(): void;
  signalFailed(): void;
  /**
   * The first session description in answer has reached one of two participants, so long after
   * the later of them came into the room, by the clocks of their nodes.
   */
  callNegotiated(afterMs: number): void;
  /** A call has got there, so long after it was begun. Told by the node that changed it. */
  callChanged(progress: CallProgress, afterMs: number): void;
  sessionEnded(how: SessionEnding): void;
  /** A session was ended by a node that did not hold it, so long after its time was over. */
  sessionOverdue(byMs: number): void;
  /** The lease of another node had run out, and this one has given it up. */
  nodeBuried(): void;
  /** A relay was accepted. */
  relayRouted(what: RelayContent['type']): void;
  /** So many could not be reached with one, although they are in the room. */
  relayFailed(receivers: number): void;
  /** A view had missed a change and read the room anew. */
  viewResynced(): void;
  /** Something that should not happen and has no one to be told. */
  fault(message: string, cause: unknown): void;
}
