import { Incarnation, type PeerId } from '@switchboard/protocol';
import type { Endings } from './endings.ts';
import { forEachLimited } from './for-each-limited.ts';
import type { LocalRooms } from './local-rooms.ts';
import type { Memberships } from './memberships.ts';
import type { Observer } from './ports/observer.ts';
import type { RoomRef, RoomStore } from './ports/room-store.ts';
import type { SessionStore } from './ports/session-store.ts';
import { randomId } from './random-id.ts';
import { roomKey } from './room-key.ts';
import type { JoinedMembership, Membership, Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Attachments } from './users/attachments.ts';

export interface ReconcilerDependencies {
  readonly rooms: RoomStore;
  readonly store: SessionStore;
  readonly sessions: Sessions;
  readonly localRooms: LocalRooms;
  readonly endings: Endings;
  readonly observer: Observer;
}

/** What the reconciler has others do; it is made before they are. */
export interface ReconcilerActions {
  readonly memberships: Memberships;
  readonly attachments: Attachments;
  drop(session: Session, reason: 'replaced' | 'reconnect'): void;
}

/** Sessions that are compared at a time. */
const concurrency = 64;
/** A claim is carried out within the time in which the store answers, and surely not after this. */
const lateClaimMs = 3_000;

/**
 * Makes the store agree with what this node knows to be true, which is the truth about its own
 * sessions: after a command that was not answered, after the store was away, and after it has
 * lost data. Where the store knows better (a session is held elsewhere by now, or has ended),
 * the session is let go of.
 */
export class Reconciler {
  readonly #dependencies: ReconcilerDependencies;
  readonly #doubtful = new Set<Session>();
  readonly #claiming = new Map<PeerId, number>();
  /** Claims that were not answered, and when that was known. */
  readonly #lostClaims = new Map<PeerId, number>();
  #actions: ReconcilerActions | undefined;
  #isAllDoubtful = false;
  /** The store may believe this node to hold sessions that nobody here knows. */
  #mayHaveOrphans = false;

  constructor(dependencies: ReconcilerDependencies) {
    this.#dependencies = dependencies;
  }

  connect(actions: ReconcilerActions): void {
    this.#actions = actions;
  }

  /** Whether there is anything to compare. */
  get isPending(): boolean {
    const isAsked = this.#isAllDoubtful || this.#mayHaveOrphans || this.#doubtful.size > 0;
    return isAsked || this.#settledClaims().length > 0;
  }

  /** A session is to be compared at the next occasion. */
  request(session: Session): void {
    this.#doubtful.add(session);
  }

  /** Everything is, and what the store believes this node to hold besides. */
  requestAll(): void {
    this.#isAllDoubtful = true;
  }

  /**
   * A claim was not answered: the session is bound to this node, if that was carried out, and
   * nobody here knows it. Its client is about to come back, so it gets its grace. Looked for soon,
   * and again when it cannot be carried out any more: it may be on its way over a connection that
   * was given up, while the store answers over another one.
   */
  requestOrphan(peerId: PeerId): void {
    this.#mayHaveOrphans = true;
    this.#lostClaims.set(peerId, performance.now());
  }

  /** A claim is under way until the result is disposed of. */
  expectClaim(peerId: PeerId): Disposable {
    this.#claiming.set(peerId, (this.#claiming.get(peerId) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#claiming.get(peerId) ?? 1) - 1;
        if (left > 0) this.#claiming.set(peerId, left);
        else this.#claiming.delete(peerId);
      },
    };
  }

  /** Compares what is to be compared. What fails is asked for again. */
  async run(): Promise<void> {
    const { sessions, observer } = this.#dependencies;
    const isAll = this.#isAllDoubtful;
    const mayHaveOrphans = isAll || this.#mayHaveOrphans || this.#settledClaims().length > 0;
    const doubtful = isAll ? [...sessions] : [...this.#doubtful];
    this.#isAllDoubtful = false;
    this.#mayHaveOrphans = false;
    this.#doubtful.clear();
    try {
      await forEachLimited(doubtful, concurrency, (session) => this.#reconcile(session));
      if (mayHaveOrphans) await this.#endOrphans();
    } catch (error) {
      observer.fault('the store could not be compared', error);
      if (mayHaveOrphans) this.#mayHaveOrphans = true;
      if (isAll) this.#isAllDoubtful = true;
      else for (const session of doubtful) this.#doubtful.add(session);
    }
  }

  async #reconcile(session: Session): Promise<void> {
    const { store, sessions } = this.#dependencies;
    if (!sessions.holds(session)) return;
    const memberships = [...session.memberships.values()];
    const wanted = memberships.filter(isWanted).map(({ room }) => room);
    const outcome = await store.register(session.record, wanted);
    if (!sessions.holds(session)) return;
    if (typeof outcome === 'object') {
      session.raise(outcome.raisedTo);
      return this.request(session);
    }
    if (outcome !== 'registered') {
      this.#connected.drop(session, outcome === 'claimed' ? session.whenFenced : 'reconnect');
      return;
    }
    session.isWritten = true;
    session.isVouchedFor = false;
    if (session.isDetached) await store.detach(session.binding);
    await this.#connected.attachments.renew(session);
    for (const { room } of memberships) {
      await session.inTurn(roomKey(room), () => this.#settle(session, room));
    }
  }

  /** Brings one membership about as it is wanted, in the session's turn for that room. */
  async #settle(session: Session, room: RoomRef): Promise<void> {
    const { memberships } = this.#connected;
    const membership = session.memberships.get(roomKey(room));
    if (!membership || membership.state === 'joining') return;
    if (!this.#dependencies.sessions.holds(session)) return;
    if (membership.state === 'joined') return this.#registerMember(session, membership);
    if (membership.wanted) return memberships.rebind(session, room);
    await memberships.leave(session, room, 'left');
    await memberships.forget(session, room);
  }

  async #registerMember(session: Session, membership: JoinedMembership): Promise<void> {
    const { rooms, sessions, localRooms } = this.#dependencies;
    const { room } = membership;
    const view = localRooms.get(roomKey(room))?.view;
    const member = view?.member(session.peerId);
    if (!view) return;
    // The view knows better: it has been taken out, and the store says why.
    if (!member) return this.#connected.memberships.rebind(session, room);
    const { node, epoch } = session.binding;
    const participant = { ...member.participant, connected: !session.isDetached };
    const outcome = await rooms.register({
      room,
      member: { participant, node, epoch },
      soleUser: session.soleUser,
      ifLost: { incarnation: Incarnation.parse(randomId()), ...view.origin },
    });
    if (!sessions.holds(session)) {
      // It has ended meanwhile, and its leave may have been carried out before this.
      await rooms.leave({ room, binding: session.binding, reason: 'disconnected' });
      return;
    }
    // Meanwhile it has heard of that itself.
    if (!session.memberships.has(roomKey(room))) return;
    if (outcome.kind === 'replaced') return this.#connected.memberships.displace(session, room);
    if (outcome.kind === 'ended') {
      return this.#connected.memberships.close(session, room, outcome.position);
    }
    if (outcome.kind === 'registered') {
      // Where it entered: in a room that was put together again, that is where it is now.
      const { incarnation, rev } = outcome.state;
      if (incarnation !== membership.incarnation) {
        session.memberships.set(roomKey(room), { ...membership, incarnation, rev });
      }
    }
    localRooms.get(roomKey(room))?.resync();
  }

  /** Sessions that the store believes to be here, and that nobody here knows. */
  async #endOrphans(): Promise<void> {
    const { store, sessions, endings, observer } = this.#dependencies;
    const settled = this.#settledClaims();
    for (const { peerId, epoch, node } of await store.listHeld()) {
      if (sessions.get(peerId) || this.#claiming.has(peerId)) continue;
      if (this.#lostClaims.has(peerId)) {
        await store.detach({ peerId, epoch, node });
        continue;
      }
      const ending = await store.end({ peerId, epoch, node });
      if (!ending) continue;
      observer.sessionEnded('orphaned');
      await endings.carryOut(ending, 'disconnected');
    }
    for (const [peerId, at] of settled) {
      if (this.#lostClaims.get(peerId) === at) this.#lostClaims.delete(peerId);
    }
  }

  /** Lost claims that have been carried out by now, or never will be. */
  #settledClaims(): (readonly [PeerId, number])[] {
    if (this.#lostClaims.size === 0) return [];
    const before = performance.now() - lateClaimMs;
    return [...this.#lostClaims].filter(([, at]) => at <= before);
  }

  get #connected(): ReconcilerActions {
    if (!this.#actions) throw new Error('the reconciler is not connected');
    return this.#actions;
  }
}

const isWanted = (membership: Membership): boolean =>
  membership.state !== 'uncertain' || membership.wanted;
