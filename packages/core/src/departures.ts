import type { LeaveReason } from '@switchboard/protocol';
import type { LocalRooms } from './local-rooms.ts';
import type { Observer } from './ports/observer.ts';
import type { RoomRef, RoomStore } from './ports/room-store.ts';
import { roomKey } from './room-key.ts';
import type { Session } from './session.ts';

/** Between attempts to leave while the store is away. */
const retryMs = 500;

interface Departure {
  readonly session: Session;
  readonly room: RoomRef;
  readonly reason: LeaveReason;
}

/**
 * Sessions leave rooms, whatever happens: a leave that the store did not answer is tried again
 * until it did, unless the session has entered the room anew in the meantime.
 */
export class Departures {
  readonly #rooms: RoomStore;
  readonly #localRooms: LocalRooms;
  readonly #observer: Observer;
  /** By session and room: however often a leave was asked for, it is repeated as one. */
  readonly #pending = new Map<string, Departure>();
  #timer: NodeJS.Timeout | undefined;

  constructor(dependencies: { rooms: RoomStore; localRooms: LocalRooms; observer: Observer }) {
    this.#rooms = dependencies.rooms;
    this.#localRooms = dependencies.localRooms;
    this.#observer = dependencies.observer;
  }

  /**
   * Leaves one room. To be called in the session's turn for that room.
   *
   * @throws SignalingError `unavailable`; the leave is then carried out later.
   */
  async leave(session: Session, room: RoomRef, reason: LeaveReason): Promise<void> {
    const key = roomKey(room);
    const local = this.#localRooms.get(key);
    if (!session.memberships.has(key)) return;
    // Nothing that happens in the room from here on concerns the session.
    local?.dismiss(session.peerId);
    if (local) this.#localRooms.dropIfIdle(local);
    try {
      await this.#rooms.leave({ room, binding: session.binding, reason });
      session.memberships.delete(key);
    } catch (error) {
      this.pursue(session, room, reason);
      throw error;
    }
  }

  /** Leaves every room of a session that has ended. Resolves after the first attempt at each. */
  async leaveAll(session: Session, rooms: readonly RoomRef[], reason: LeaveReason): Promise<void> {
    const leave = (room: RoomRef) =>
      session.inTurn(roomKey(room), () => this.leave(session, room, reason));
    await Promise.allSettled(rooms.map(leave));
  }

  /** Sees to it that a session which may be in a room gets out of it. */
  pursue(session: Session, room: RoomRef, reason: LeaveReason): void {
    session.memberships.set(roomKey(room), { state: 'uncertain', room });
    this.#pending.set(nameOf(session, room), { session, room, reason });
    this.#timer ??= setInterval(() => this.#retry(), retryMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#pending.clear();
  }

  #retry(): void {
    for (const [name, { session, room, reason }] of this.#pending) {
      this.#pending.delete(name);
      session
        .inTurn(roomKey(room), async () => {
          if (session.memberships.get(roomKey(room))?.state !== 'uncertain') return;
          await this.leave(session, room, reason);
        })
        .catch((error: unknown) => this.#observer.fault('a leave has to be tried again', error));
    }
    if (this.#pending.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

const nameOf = (session: Session, room: RoomRef): string => `${session.peerId} ${roomKey(room)}`;
