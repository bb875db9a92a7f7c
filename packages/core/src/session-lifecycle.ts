import type { DuplicatePolicy, NodeId, PeerId } from '@switchboard/protocol';
import type { Endings } from './endings.ts';
import type { Memberships } from './memberships.ts';
import { PendingClaims } from './pending-claims.ts';
import type { Bus, Fence } from './ports/bus.ts';
import type { Notice } from './ports/delivery.ts';
import type { CloseReason, Outlet } from './ports/outlet.ts';
import type { RoomRef, RoomStore } from './ports/room-store.ts';
import type { ClaimOutcome, EndingSession, SessionStore } from './ports/session-store.ts';
import { ownerOf, type Principal } from './principal.ts';
import { type ClientDescription, recall } from './profile.ts';
import type { Reconciler } from './reconciler.ts';
import { roomKey } from './room-key.ts';
import { Session } from './session.ts';
import { type SessionEndCause, sessionEnds } from './session-ends.ts';
import type { Sessions } from './sessions.ts';
import type { CoreSettings } from './settings.ts';
import { TokenBucket } from './token-bucket.ts';

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

export type ResumeOutcome =
  | { readonly kind: 'resumed'; readonly session: Session }
  /** Another session of the same user is in its place, or another connection has it by now. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forbidden' };

export interface SessionLifecycleDependencies {
  readonly node: NodeId;
  readonly rooms: RoomStore;
  readonly store: SessionStore;
  readonly bus: Bus;
  readonly sessions: Sessions;
  readonly memberships: Memberships;
  readonly endings: Endings;
  readonly reconciler: Reconciler;
  readonly settings: CoreSettings;
}

/** How sessions begin, lose their connection, are resumed, move to other nodes, and end. */
export class SessionLifecycle {
  readonly #dependencies: SessionLifecycleDependencies;
  readonly #graceTimers = new Map<Session, NodeJS.Timeout>();
  readonly #pendingClaims = new PendingClaims();

  constructor(dependencies: SessionLifecycleDependencies) {
    this.#dependencies = dependencies;
  }

  /** A new session, written down before its client can do anything with it. */
  async open(request: SessionRequest): Promise<Session> {
    const { store, sessions, reconciler } = this.#dependencies;
    const session = this.#create(request, 1);
    sessions.add(session);
    try {
      await store.open(session.record);
      session.isWritten = true;
    } catch {
      // A client is not turned away for a Redis that is away; it is written down later.
      reconciler.request(session);
    }
    return session;
  }

  /**
   * Takes a session over for a client that has come back, here or from another node. It has no
   * connection until one is attached; what it is told until then is kept.
   *
   * @throws SignalingError `unavailable` when that cannot be decided now.
   */
  async resume(request: SessionRequest): Promise<ResumeOutcome> {
    const { sessions, memberships, reconciler } = this.#dependencies;
    using pending = this.#pendingClaims.begin(request.peerId);
    let claim: ClaimOutcome;
    try {
      claim = await this.#claim(request);
    } catch (error) {
      // The claim may have been carried out, and nobody holds then what it has made.
      reconciler.requestOrphans();
      // While the store is away, this node can still vouch for what it holds itself.
      const local = sessions.get(request.peerId);
      if (!local || !isHeldFor(local, request)) throw error;
      reconciler.request(local);
      this.#stopGrace(local);
      local.prolong(recall(request.principal, local.record.profile));
      local.yieldConnection();
      memberships.showAll(local);
      return { kind: 'resumed', session: local };
    }
    if (claim.kind !== 'claimed') return claim;
    // Of several connections that claim it at once, the answers may come in any order.
    const former = sessions.get(request.peerId);
    const latest = Math.max(pending.claimedAt, former?.binding.epoch ?? 0);
    if (latest > claim.epoch) return { kind: 'replaced' };
    const { epoch, graceMs, profile } = claim;
    const principal = recall(request.principal, profile);
    const session = this.#create({ ...request, principal, client: profile, graceMs }, epoch);
    session.isWritten = true;
    if (former) this.#succeed(former, session);
    sessions.add(session);
    await this.#enterAgain(session, claim.rooms);
    return session.isClosed ? { kind: 'replaced' } : { kind: 'resumed', session };
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
    const { sessions, store, endings, reconciler } = this.#dependencies;
    if (!sessions.holds(session) || session.outlet !== outlet) return;
    const { close, reason, how } = sessionEnds[cause];
    this.#letGo(session);
    session.close(close);
    // A join that is under way has to be over, or it would enter behind the leave.
    await session.idle();
    try {
      const ending = await store.end(session.binding, how);
      if (ending) await endings.carryOut(withRoomsOf(session, ending), reason);
    } catch {
      // Nobody holds it here any more: it is found as an orphan.
      reconciler.requestAll();
    }
  }

  /** Another connection has claimed the session, here or elsewhere. */
  fence({ peerId, epoch, node }: Fence): void {
    const { sessions, bus, reconciler } = this.#dependencies;
    this.#pendingClaims.hear(peerId, epoch);
    const session = sessions.get(peerId);
    if (!session || session.binding.epoch >= epoch) return;
    if (node === this.#dependencies.node) {
      // A claim of our own: its answer is on its way, or we had given up waiting for it.
      if (!this.#pendingClaims.has(peerId)) reconciler.request(session);
      return;
    }
    // Not what happened in its rooms: the client is shown them as they are, and has maybe been.
    const notices = session.takeBacklog().filter(isPersonal);
    this.#letGo(session);
    session.close('replaced');
    if (notices.length === 0) return;
    try {
      bus.send(node, { type: 'handover', peerId, epoch, notices });
    } catch {
      // There is no way out at the moment, and a client that cares for delivery sends again.
    }
  }

  /** What the former node of a session has kept for its client. */
  receiveHandover(handover: { peerId: PeerId; epoch: number; notices: readonly Notice[] }): void {
    const session = this.#dependencies.sessions.get(handover.peerId);
    if (session?.binding.epoch !== handover.epoch) return;
    for (const notice of handover.notices) session.deliver(notice);
  }

  /** The session is not ours any more, or has ended, as the store says. */
  drop(session: Session, reason: CloseReason): void {
    this.#letGo(session);
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

  #create({ peerId, ...request }: SessionRequest, epoch: number): Session {
    const { node, settings } = this.#dependencies;
    const bucket = new TokenBucket(settings.commandRate, performance.now());
    return new Session({ ...request, binding: { peerId, node, epoch }, bucket });
  }

  async #claim({ peerId, principal, secretDigest }: SessionRequest): Promise<ClaimOutcome> {
    const { store, node, reconciler } = this.#dependencies;
    // Between the claim and its answer the store names this node as the holder of a session
    // that nobody here knows; that is no orphan.
    using _ = reconciler.expectClaim(peerId);
    return await store.claim({ peerId, owner: ownerOf(principal), secretDigest, node });
  }

  /** The later session of the same client takes over what the earlier one has kept for it. */
  #succeed(former: Session, session: Session): void {
    this.#stopGrace(former);
    for (const notice of former.takeBacklog()) session.deliver(notice);
    former.close('replaced');
  }

  async #enterAgain(session: Session, rooms: readonly RoomRef[]): Promise<void> {
    const { memberships } = this.#dependencies;
    const enter = (room: RoomRef) =>
      session.inTurn(roomKey(room), () => memberships.rebind(session, room));
    await Promise.all(rooms.map(enter));
  }

  #letGo(session: Session): void {
    const { sessions, memberships } = this.#dependencies;
    this.#stopGrace(session);
    sessions.remove(session);
    for (const { room } of session.memberships.values()) memberships.dismiss(session, room);
  }

  #startGrace(session: Session): void {
    this.#stopGrace(session);
    // However long the store is away, what is kept for clients that are gone stays bounded.
    const [eldest] = this.#graceTimers.keys();
    if (eldest && this.#graceTimers.size >= detachedCapacity) this.drop(eldest, 'reconnect');
    const timer = setTimeout(() => void this.#expire(session), session.graceMs).unref();
    this.#graceTimers.set(session, timer);
  }

  /** The grace is over. While that cannot be written down, the client may still come back. */
  async #expire(session: Session): Promise<void> {
    const { sessions, store, endings, reconciler } = this.#dependencies;
    this.#graceTimers.delete(session);
    if (!sessions.holds(session) || session.isConnected) return;
    try {
      const ending = await store.end(session.binding);
      this.drop(session, 'reconnect');
      if (ending) await endings.carryOut(withRoomsOf(session, ending), 'disconnected');
    } catch {
      if (session.isConnected) return;
      this.#startGrace(session);
      reconciler.request(session);
    }
  }

  #stopGrace(session: Session): void {
    clearTimeout(this.#graceTimers.get(session));
    this.#graceTimers.delete(session);
  }
}

/** What its client learns in no other way: its rooms it is shown as they are. */
const isPersonal = ({ type }: Notice): boolean =>
  type === 'signal' || type === 'signal-failed' || type === 'membership-ended';

/** Also rooms that the session may have entered although naming them was not answered. */
function withRoomsOf({ memberships }: Session, ending: EndingSession): EndingSession {
  const rooms = new Map(ending.rooms.map((room) => [roomKey(room), room]));
  for (const [key, { room }] of memberships) rooms.set(key, room);
  return { ...ending, rooms: [...rooms.values()] };
}

function isHeldFor(session: Session, { principal, secretDigest }: SessionRequest): boolean {
  const { record } = session;
  return record.secretDigest === secretDigest && record.owner === ownerOf(principal);
}
