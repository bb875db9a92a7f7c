import type { Incarnation, PeerId, RoomSnapshot } from '@switchboard/protocol';
import type { Member, RoomChange, RoomEvent, RoomRef, RoomState } from './ports/room-store.ts';

/** A place in a room's history. */
export interface RoomPosition {
  readonly incarnation: Incarnation;
  readonly rev: number;
}

export type Applied =
  /** The view now is at the event's revision. */
  | 'applied'
  /** The view knew it already. */
  | 'stale'
  /** Something before it is missing: the room has to be read. */
  | 'gap';

/**
 * What this node knows of one room: a copy that is kept by events and, when one was missed,
 * replaced by what was read. It decides nothing; who is in a room is decided by the store.
 */
export class RoomView {
  readonly room: RoomRef;
  #incarnation: Incarnation;
  #rev: number;
  #capacity: number;
  #members: Map<PeerId, Member>;

  constructor(room: RoomRef, state: RoomState) {
    this.room = room;
    this.#incarnation = state.incarnation;
    this.#rev = state.rev;
    this.#capacity = state.capacity;
    this.#members = new Map(state.members.map((member) => [member.participant.peerId, member]));
  }

  get position(): RoomPosition {
    return { incarnation: this.#incarnation, rev: this.#rev };
  }

  member(peerId: PeerId): Member | undefined {
    return this.#members.get(peerId);
  }

  /** Whether everything up to that position has been seen. */
  hasReached({ incarnation, rev }: RoomPosition): boolean {
    return this.#incarnation === incarnation && this.#rev >= rev;
  }

  /** The room as clients see it. */
  snapshot(): RoomSnapshot {
    return {
      roomId: this.room.roomId,
      incarnation: this.#incarnation,
      rev: this.#rev,
      capacity: this.#capacity,
      participants: Array.from(this.#members.values(), (member) => member.participant),
    };
  }

  /** Takes one change in, if it is the next one. */
  apply(event: RoomEvent): Applied {
    if (event.incarnation !== this.#incarnation) return 'gap';
    if (event.rev <= this.#rev) return 'stale';
    if (event.rev > this.#rev + 1) return 'gap';
    this.#rev = event.rev;
    this.#change(event.change);
    return 'applied';
  }

  /**
   * Takes over what was read from the store.
   *
   * @returns false when the view is not older than that.
   */
  replace(state: RoomState): boolean {
    if (state.incarnation === this.#incarnation && state.rev <= this.#rev) return false;
    this.#incarnation = state.incarnation;
    this.#rev = state.rev;
    this.#capacity = state.capacity;
    this.#members = new Map(state.members.map((member) => [member.participant.peerId, member]));
    return true;
  }

  #change(change: RoomChange): void {
    switch (change.type) {
      case 'joined':
        // One who takes a new seat goes to the end: the order of the map is the order of seats.
        this.#members.delete(change.member.participant.peerId);
        this.#members.set(change.member.participant.peerId, change.member);
        return;
      case 'left':
        this.#members.delete(change.peerId);
        return;
      case 'updated': {
        const member = this.#members.get(change.peerId);
        if (!member) return;
        const participant = { ...member.participant, media: change.media };
        this.#members.set(change.peerId, { ...member, participant });
      }
    }
  }
}

/** A stored room as clients see it. */
export function snapshotOf(room: RoomRef, state: RoomState): RoomSnapshot {
  return new RoomView(room, state).snapshot();
}
