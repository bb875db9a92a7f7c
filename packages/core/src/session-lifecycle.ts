import type { DuplicatePolicy, NodeId, PeerId } from '@switchboard/protocol';
import { type Endings, withRooms } from './endings.ts';
import type { Memberships } from './memberships.ts';
import type { Observer } from './ports/observer.ts';
import type { CloseReason, Outlet } from './ports/outlet.ts';
import type { RoomRef, RoomStore } from './ports/room-store.ts';
import type { SessionStore } from './ports/session-store.ts';
import type { Principal } from './principal.ts';
import type { ClientDescription } from './profile.ts';
import type { Reconciler } from './reconciler.ts';
import { Session } from './session.ts';
import { type SessionEndCause, sessionEnds } from './session-ends.ts';
import type { Sessions } from './sessions.ts';
import type { CoreSettings } from './settings.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Attachments } from './users/attachments.ts';

/** Sessions without a connection that a node keeps at most. */
const detachedCapacity = 20_000;

export interface SessionRequest {
  readonly peerId: PeerId;
  readonly principal: Principal;
  /** Of its first connection: one that is resumed stays known as it was. */
  readonly client: ClientDescription;
  readonly secretDigest: string;
  /** How long the session may be without a connection before it ends. */
  readonly graceMs: number;
  /** `allow`: the user may be in a room with other sessions besides, whatever the room's policy. */
  readonly duplicates: DuplicatePolicy;
}

export interface SessionLifecycleDependencies {
  readonly node: NodeId;
  readonly rooms: RoomStore;
  readonly store: SessionStore;
  readonly sessions: Sessions;
  readonly memberships: Memberships;
  readonly attachments: Attachments;
  readonly endings: Endings;
  readonly reconciler: Reconciler;
  readonly observer: Observer;
  readonly settings: CoreSettings;
  /** See `State.isOrdered`. */
  readonly isOrdered: boolean;
}

/** How sessions begin, lose their connection, and end. How they are resumed: `SessionResume`. */
export class SessionLifecycle {
  readonly #dependencies: SessionLifecycleDependencies;
  readonly #graceTimers = new Map<Session, NodeJS.Timeout>();

  constructor(dependencies: SessionLifecycleDependencies) {
    this.#dependencies = dependencies;
  }

  /** A new session, written down before its client can do anything with it. */
  async open(request: SessionRequest): Promise<Session> {
    const { sessions, reconciler } = this.#dependencies;
    const session = this.create(request, 1);
    sessions.add(session);
    try {
      await this.#write(session);
    } catch {
      // A client is not turned away for a Redis that is away; it is written down later.
      reconciler.request(session);
    }
    return session;
  }

  /** The connection is lost. The session keeps its place until its grace is over. */
  async connectionLost(session: Session, outlet: Outlet | null): Promise<void> {
    const { sessions, store, rooms, reconciler } = this.#dependencies;
    if (!session.detach(outlet) || !sessions.holds(session)) return;
    this.#startGrace(session);
    const { binding } = session;
    const joined = [...session.memberships.values()].filter(({ state }) => state === 'joined');
    try {
      await store.detach(binding);
      await Promise.all(joined.map(({ room }) => rooms.detach({ room, binding })));
    } catch {
      reconciler.request(session);
    }
  }

  /**
   * Ends a session for good, at once.
   *
   * @param outlet of the connection on which its client said so; nothing happens if the session
   * has another one by now.
   */
  async end(
    session: Session,
    cause: SessionEndCause,
    outlet: Outlet | null = session.outlet,
  ): Promise<void> {
    const { sessions, endings, observer } = this.#dependencies;
    if (!sessions.holds(session) || session.outlet !== outlet) return;
    observer.sessionEnded(cause);
    const { close, reason, how } = sessionEnds[cause];
    this.letGo(session);
    session.close(close);
    // A join that is under way has to be over, or it would enter behind the leave.
    await session.idle();
    await endings.begin({ binding: session.binding, how, reason, rooms: roomsOf(session) });
  }

  /** The session is not ours any more, or has ended, as the store says. */
  drop(session: Session, reason: CloseReason): void {
    this.letGo(session);
    session.close(reason);
  }

  /**
   * This node may have been given up: it lets go of everything at once, without a word to the
   * store. The clients come back, and what the store says of them then counts.
   */
  abandonAll(): void {
    for (const session of [...this.#dependencies.sessions]) this.drop(session, 'reconnect');
  }

  close(): void {
    for (const timer of this.#graceTimers.values()) clearTimeout(timer);
    this.#graceTimers.clear();
  }

  /** A session of this node, not yet one that it holds. */
  create({ peerId, ...request }: SessionRequest, epoch: number): Session {
    const { node, settings } = this.#dependencies;
    const bucket = new TokenBucket(settings.commandRate, performance.now());
    return new Session({ ...request, binding: { peerId, node, epoch }, bucket });
  }

  /**
   * The session first, so that whoever ends it finds it at its user. Where the state carries
   * commands out in order, both go out together.
   */
  async #write(session: Session): Promise<void> {
    const { store, attachments, isOrdered } = this.#dependencies;
    const written = store.open(session.record);
    if (!isOrdered) await written;
    const attached = attachments.attach(session);
    await Promise.allSettled([written, attached]);
    await written;
    session.isWritten = true;
    await attached;
  }

  /** It is not to end for want of a connection: it has one again, or a successor. */
  stopGrace(session: Session): void {
    clearTimeout(this.#graceTimers.get(session));
    this.#graceTimers.delete(session);
  }

  /** This node does not hold it any more, and tells it nothing. */
  letGo(session: Session): void {
    const { sessions, memberships, attachments } = this.#dependencies;
    this.stopGrace(session);
    sessions.remove(session);
    attachments.release(session);
    for (const { room } of session.memberships.values()) memberships.dismiss(session, room);
  }

  #startGrace(session: Session): void {
    this.stopGrace(session);
    // However long the store is away, what is kept for clients that are gone stays bounded.
    const [eldest] = this.#graceTimers.keys();
    if (eldest && this.#graceTimers.size >= detachedCapacity) this.drop(eldest, 'reconnect');
    const timer = setTimeout(() => void this.#expire(session), session.graceMs).unref();
    this.#graceTimers.set(session, timer);
  }

  /** The grace is over. While that cannot be written down, the client may still come back. */
  async #expire(session: Session): Promise<void> {
    const { sessions, store, endings, reconciler, observer } = this.#dependencies;
    this.#graceTimers.delete(session);
    if (!sessions.holds(session) || session.isConnected) return;
    try {
      const ending = await store.end(session.binding);
      this.drop(session, 'reconnect');
      if (!ending) return;
      observer.sessionEnded('grace');
      await endings.carryOut(withRooms(ending, roomsOf(session)), 'disconnected');
    } catch {
      if (session.isConnected) return;
      this.#startGrace(session);
      reconciler.request(session);
    }
  }
}

/** Also rooms that the session may have entered although naming them was not answered. */
const roomsOf = ({ memberships }: Session): RoomRef[] =>
  [...memberships.values()].map(({ room }) => room);
