import { type LeaveReason, type RoomSnapshot, SignalingError } from '@switchboard/protocol';
import type { LocalRooms } from './local-rooms.ts';
import type {
  RebindOutcome,
  RoomPosition,
  RoomRef,
  RoomState,
  RoomStore,
} from './ports/room-store.ts';
import type { SessionStore } from './ports/session-store.ts';
import { roomKey } from './room-key.ts';
import type { JoinedMembership, Session } from './session.ts';

/** After which a room is shown that could not be, because the view of it was behind. */
const showAgainMs = 500;

export interface MembershipsDependencies {
  readonly rooms: RoomStore;
  readonly sessions: SessionStore;
  readonly localRooms: LocalRooms;
  /** Asks for a session to be compared with the store, as soon as that can be reached. */
  readonly reconcile: (session: Session) => void;
  /** Ends a session that was replaced in the only room it was in. */
  readonly endReplaced: (session: Session) => void;
}

/**
 * How sessions get out of rooms and, when they have been resumed, back into them. All of it but
 * `displace` is to be called in the session's turn for that room.
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
   * @returns where that has led the room; null if the session was not in it.
   * @throws SignalingError `unavailable`; the leave is then carried out later.
   */
  async leave(session: Session, room: RoomRef, reason: LeaveReason): Promise<RoomPosition | null> {
    const key = roomKey(room);
    if (!session.memberships.has(key)) return null;
    this.dismiss(session, room);
    try {
      const { binding } = session;
      const outcome = await this.#dependencies.rooms.leave({ room, binding, reason });
      session.memberships.delete(key);
      if (outcome.kind === 'not-member') return null;
      return { incarnation: outcome.incarnation, rev: outcome.rev };
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

  /** Brings a session back into a room that it is in: one that was resumed, or is in doubt. */
  async rebind(session: Session, room: RoomRef): Promise<void> {
    const { rooms, localRooms } = this.#dependencies;
    const key = roomKey(room);
    const { binding, soleUser } = session;
    session.memberships.set(key, { state: 'joining', room });
    const local = localRooms.expect(room);
    let outcome: RebindOutcome;
    try {
      outcome = await rooms.rebind({ room, binding, soleUser });
    } catch {
      localRooms.abandon(local);
      this.doubt(session, room, { wanted: true });
      return;
    }
    if (outcome.kind === 'rebound') {
      const snapshot = this.enter(session, room, outcome.state);
      if (!snapshot) return this.#lose(session, room);
      session.deliver({ type: 'room-state', room: snapshot, joined: [], left: [] });
      local.settle();
      return;
    }
    localRooms.abandon(local);
    if (outcome.kind === 'replaced') return this.displace(session, room);
    if (outcome.kind === 'ended') return this.close(session, room, outcome.position);
    this.dismiss(session, room);
    // It stays on the session's list: a join may still be on its way from the former node.
    session.memberships.delete(key);
  }

  /** Shows a session its rooms as they are here: its client may have missed what it was told. */
  showAll(session: Session): void {
    for (const membership of session.memberships.values()) {
      if (membership.state === 'joined') this.#show(session, membership);
    }
  }

  /**
   * The store says that the session is in; the local room has been expecting it.
   *
   * @returns null when it has been taken out again meanwhile: somebody has come in its place, or
   * the room has ended.
   */
  enter(session: Session, room: RoomRef, state: RoomState): RoomSnapshot | null {
    const key = roomKey(room);
    const { incarnation, rev } = state;
    session.memberships.set(key, { state: 'joined', room, incarnation, rev });
    const local = this.#dependencies.localRooms.get(key);
    if (!local) throw new Error('a room was entered that nobody expected');
    return local.admit(session.peerId, state);
  }

  /**
   * SPEC 3.10: another session of the same user is in its place. Where that was its only room, it
   * is over; else it goes on in the others.
   */
  displace(session: Session, room: RoomRef): void {
    const key = roomKey(room);
    const wasIn = session.memberships.get(key)?.state === 'joined';
    session.memberships.delete(key);
    this.dismiss(session, room);
    if (session.memberships.size === 0) {
      this.#dependencies.endReplaced(session);
      return;
    }
    const { roomId } = room;
    session.deliver({ type: 'membership-ended', roomId, error: replaced().toBody() });
    // As after any rebind, a join may still be on its way from the former node.
    if (wasIn) this.#forgetInTurn(session, room);
  }

  /** The room has ended, and the session was in it, which it has been told. */
  expel(session: Session, room: RoomRef): void {
    session.memberships.delete(roomKey(room));
    this.dismiss(session, room);
    this.#forgetInTurn(session, room);
  }

  /** As `expel`, of a session that has not been told, unless it was while the store was asked. */
  close(session: Session, room: RoomRef, { incarnation, rev }: RoomPosition): void {
    if (!session.memberships.has(roomKey(room))) return;
    session.deliver({ type: 'room-ended', roomId: room.roomId, incarnation, rev });
    this.expel(session, room);
  }

  /**
   * Takes a room off the list that the session was taken out of. Who is away is to be told when it
   * is back, should this node have died by then: so long the list names the room.
   */
  #forgetInTurn(session: Session, room: RoomRef): void {
    const key = roomKey(room);
    void session.inTurn(key, async () => {
      // It may have joined again by the time of its turn, and the list has to name the room then.
      if (session.memberships.has(key) || session.isDetached) return;
      await this.forget(session, room);
    });
  }

  /** Shows a session a room once the view of it has reached what the session knows. */
  #show(session: Session, membership: JoinedMembership): void {
    const key = roomKey(membership.room);
    const local = this.#dependencies.localRooms.get(key);
    local?.when(
      () => local.hasShown(session.peerId, membership),
      (isShown) => {
        if (session.isClosed || session.memberships.get(key) !== membership) return;
        const room = local.view?.snapshot();
        if (!isShown) setTimeout(() => this.#show(session, membership), showAgainMs).unref();
        else if (room) session.deliver({ type: 'room-state', room, joined: [], left: [] });
      },
    );
  }

  /** It is not in the room any more, as the view of the room says. */
  #lose(session: Session, room: RoomRef): void {
    const view = this.#dependencies.localRooms.get(roomKey(room))?.view;
    if (view?.hasEnded) this.close(session, room, view.position);
    else this.displace(session, room);
  }

  /** The store did not answer, so it has to be asked again. */
  doubt(session: Session, room: RoomRef, { wanted }: { wanted: boolean }): void {
    session.memberships.set(roomKey(room), { state: 'uncertain', room, wanted });
    this.#dependencies.reconcile(session);
  }
}

/** The refusal that both the answer to a join and the end of a membership are. */
export const replaced = (): SignalingError =>
  new SignalingError('session_replaced', {
    message: 'Another session of this user has come into the room.',
  });
