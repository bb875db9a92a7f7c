import type { LeaveReason } from '@switchboard/protocol';
import type { LocalRooms } from './local-rooms.ts';
import type { RoomRef, RoomState, RoomStore } from './ports/room-store.ts';
import type { SessionStore } from './ports/session-store.ts';
import { roomKey } from './room-key.ts';
import type { Session } from './session.ts';

export interface MembershipsDependencies {
  readonly rooms: RoomStore;
  readonly sessions: SessionStore;
  readonly localRooms: LocalRooms;
  /** Asks for a session to be compared with the store, as soon as that can be reached. */
  readonly reconcile: (session: Session) => void;
}

/**
 * How sessions get out of rooms and, when they have been resumed, back into them. All of it is
 * to be called in the session's turn for that room.
 *
 * A call that the store did not answer leaves the membership `uncertain`, and the reconciler
 * then brings about what was wanted.
 */
export class Memberships {
  readonly #dependencies: MembershipsDependencies;

  constructor(dependencies: MembershipsDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Takes a session out of a room. `forget` is to follow, in the same turn.
   *
   * @throws SignalingError `unavailable`; the leave is then carried out later.
   */
  async leave(session: Session, room: RoomRef, reason: LeaveReason): Promise<void> {
    const key = roomKey(room);
    if (!session.memberships.has(key)) return;
    this.dismiss(session, room);
    try {
      await this.#dependencies.rooms.leave({ room, binding: session.binding, reason });
      session.memberships.delete(key);
    } catch (error) {
      this.doubt(session, room, { wanted: false });
      throw error;
    }
  }

  /** Takes a room off the session's list. Should that fail, the list names a room too many. */
  async forget(session: Session, room: RoomRef): Promise<void> {
    await this.#dependencies.sessions.forget(session.binding, room).catch(() => undefined);
  }

  /** Nothing that happens in the room from here on concerns the session. */
  dismiss(session: Session, room: RoomRef): void {
    const local = this.#dependencies.localRooms.get(roomKey(room));
    if (!local) return;
    local.dismiss(session.peerId);
    this.#dependencies.localRooms.dropIfIdle(local);
  }

  /** Brings a resumed session back into a room that it is in. */
  async rebind(session: Session, room: RoomRef): Promise<void> {
    const { rooms, localRooms } = this.#dependencies;
    const key = roomKey(room);
    session.memberships.set(key, { state: 'joining', room });
    const local = localRooms.expect(room);
    try {
      const outcome = await rooms.rebind({ room, binding: session.binding });
      if (outcome.kind === 'rebound') {
        const snapshot = this.enter(session, room, outcome.state);
        session.deliver({ type: 'room-state', room: snapshot, joined: [], left: [] });
        local.settle();
        return;
      }
      localRooms.abandon(local);
      session.memberships.delete(key);
    } catch {
      localRooms.abandon(local);
      this.doubt(session, room, { wanted: true });
      return;
    }
    await this.forget(session, room);
  }

  /** The store says that the session is in; the local room has been expecting it. */
  enter(session: Session, room: RoomRef, state: RoomState) {
    const key = roomKey(room);
    const { incarnation, rev } = state;
    session.memberships.set(key, { state: 'joined', room, incarnation, rev });
    const local = this.#dependencies.localRooms.get(key);
    if (!local) throw new Error('a room was entered that nobody expected');
    return local.admit(session.peerId, state);
  }

  /** The store did not answer, so it has to be asked again. */
  doubt(session: Session, room: RoomRef, { wanted }: { wanted: boolean }): void {
    session.memberships.set(roomKey(room), { state: 'uncertain', room, wanted });
    this.#dependencies.reconcile(session);
  }
}
