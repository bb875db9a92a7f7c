import type { Incarnation, Participant, PeerId } from '@switchboard/protocol';
import type { LocalRooms } from './local-rooms.ts';
import type { Observer } from './ports/observer.ts';
import type { RoomRef } from './ports/room-store.ts';
import { roomKey } from './room-key.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

export interface ArrivalsDependencies {
  readonly localRooms: LocalRooms;
  readonly sessions: Sessions;
  readonly observer: Observer;
}

/** What has come from one participant of a room for another. */
export interface Arrival {
  readonly room: RoomRef;
  /** With `rev`: the revision that brought the sender into the room. */
  readonly incarnation: Incarnation;
  readonly rev: number;
  readonly from: PeerId;
  /** Of the sender's binding. */
  readonly epoch: number;
}

export interface ArrivalReceiver {
  readonly peerId: PeerId;
  readonly seat: number;
}

/** What becomes of it: exactly one of the two, once, now or within a second. */
export interface ArrivalActions {
  /** It is the receiver's turn to get it; sender and receiver are as the view has them. */
  readonly emit: (session: Session, pair: readonly [Participant, Participant]) => void;
  /** The receiver is not to be had here. */
  readonly refuse: () => void;
}

/**
 * Hands over to sessions of this node what comes from other participants.
 *
 * The bus orders nothing, so it can be here before the event that brings its sender into the room,
 * or before the answer to its receiver's own join. It then waits (bounded, one second): nobody
 * gets anything from a peer they have not been told of.
 */
export class Arrivals {
  readonly #dependencies: ArrivalsDependencies;

  constructor(dependencies: ArrivalsDependencies) {
    this.#dependencies = dependencies;
  }

  deliver(
    arrival: Arrival,
    { peerId, seat }: ArrivalReceiver,
    { emit, refuse }: ArrivalActions,
  ): void {
    const { localRooms, sessions, observer } = this.#dependencies;
    const key = roomKey(arrival.room);
    const local = localRooms.get(key);
    const membership = sessions.get(peerId)?.memberships.get(key);
    if (!local || !membership || membership.state === 'uncertain') {
      refuse();
      return;
    }
    const handOver = () => {
      const sender = local.member(arrival.from);
      const receiver = local.member(peerId)?.participant;
      // Both are still the ones who were meant. Who has left, or has left and come in anew, is
      // not: the receiver may have been told of that, or of neither, and the order would be lost.
      const isCurrent = sender && sender.participant.seat <= arrival.rev && receiver?.seat === seat;
      // A node that stood still may send what it had taken in before, from a sender who has long
      // gone on elsewhere: it would arrive behind what the sender has said since.
      const isOutdated = sender && sender.epoch > arrival.epoch;
      // A session that is gone stays in its room until its leave has been carried out.
      const session = sessions.get(peerId);
      if (!isCurrent || isOutdated || !session) return refuse();
      emit(session, [sender.participant, receiver]);
    };
    const knowsSender = () => local.hasShown(peerId, arrival);
    if (knowsSender()) {
      handOver();
      return;
    }
    observer.signalParked();
    local.when(knowsSender, (due) => {
      if (due) handOver();
      else refuse();
    });
  }
}
