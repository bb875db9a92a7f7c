import type { NodeId } from '@switchboard/protocol';
import { LocalRoom, type LocalRoomDependencies } from './local-room.ts';
import type { RoomEvent, RoomRef } from './ports/room-store.ts';
import type { Share } from './ports/session-store.ts';
import { type RoomKey, roomKey } from './room-key.ts';

/** The rooms that sessions of this node are in. */
export class LocalRooms {
  readonly #rooms = new Map<RoomKey, LocalRoom>();
  readonly #dependencies: LocalRoomDependencies;

  constructor(dependencies: LocalRoomDependencies) {
    this.#dependencies = dependencies;
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** Rooms whose first member is held by that node. */
  countLedBy(node: NodeId): number {
    let count = 0;
    for (const { view } of this.#rooms.values()) if (view?.first?.node === node) count += 1;
    return count;
  }

  get(key: RoomKey): LocalRoom | undefined {
    return this.#rooms.get(key);
  }

  /** The room, about to be joined. */
  expect(room: RoomRef): LocalRoom {
    const key = roomKey(room);
    let local = this.#rooms.get(key);
    if (!local) {
      local = new LocalRoom(room, this.#dependencies);
      this.#rooms.set(key, local);
    }
    local.expect();
    return local;
  }

  /** An expected join came to nothing. */
  abandon(local: LocalRoom): void {
    local.abandon();
    this.dropIfIdle(local);
  }

  /** Forgets a room that nobody here is in any more. */
  dropIfIdle(local: LocalRoom): void {
    if (!local.isIdle) return;
    this.#rooms.delete(roomKey(local.room));
    local.close();
  }

  /** A change that concerns nobody here any more is passed over. */
  accept(event: RoomEvent): void {
    this.#rooms.get(roomKey(event.room))?.accept(event);
  }

  /** Events may have been lost: compares every view with the store. */
  resyncAll(): void {
    for (const local of this.#rooms.values()) local.resync();
  }

  /**
   * Compares one part of all rooms with the store.
   *
   * @throws SignalingError `unavailable`
   */
  async compare(part: Share): Promise<void> {
    const rooms = [...this.#rooms.values()].filter((_, index) => index % part.of === part.index);
    await Promise.all(rooms.map((local) => local.compare()));
  }

  close(): void {
    for (const local of this.#rooms.values()) local.close();
    this.#rooms.clear();
  }
}
