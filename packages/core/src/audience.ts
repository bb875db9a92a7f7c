import type { PeerId } from '@switchboard/protocol';
import type { RoomPosition, RoomState } from './ports/room-store.ts';
import type { RoomView } from './room-view.ts';

/** Sessions of this node that are told of a room's changes, each after the snapshot it was given. */
export class Audience {
  readonly #shown = new Map<PeerId, RoomPosition>();

  get size(): number {
    return this.#shown.size;
  }

  get everybody(): PeerId[] {
    return [...this.#shown.keys()];
  }

  has(peerId: PeerId): boolean {
    return this.#shown.has(peerId);
  }

  /** The position of the last snapshot that a session was given. */
  shown(peerId: PeerId): RoomPosition | undefined {
    return this.#shown.get(peerId);
  }

  /** Sessions are given a snapshot of that position. */
  show(peerIds: readonly PeerId[], { incarnation, rev }: RoomPosition): void {
    for (const peerId of peerIds) this.#shown.set(peerId, { incarnation, rev });
  }

  dismiss(peerId: PeerId): void {
    this.#shown.delete(peerId);
  }

  /** Those who have not been shown the room at this position by the snapshot they got. */
  before({ incarnation, rev }: RoomPosition): PeerId[] {
    const before: PeerId[] = [];
    for (const [peerId, shown] of this.#shown) {
      if (shown.incarnation !== incarnation || shown.rev < rev) before.push(peerId);
    }
    return before;
  }

  /** Those who were in the room before it was read, and are not named there. */
  missingFrom({ incarnation, rev, members }: RoomState): PeerId[] {
    const present = new Set(members.map(({ participant }) => participant.peerId));
    return this.everybody.filter((peerId) => {
      const shown = this.#shown.get(peerId);
      return !present.has(peerId) && shown?.incarnation === incarnation && shown.rev <= rev;
    });
  }

  /** Whether somebody has been shown more than the view has seen. */
  isAheadOf(view: RoomView): boolean {
    for (const shown of this.#shown.values()) if (!view.hasReached(shown)) return true;
    return false;
  }
}
