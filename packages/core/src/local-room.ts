import type { NodeId, PeerId, RoomSnapshot } from '@switchboard/protocol';
import { Audience } from './audience.ts';
import type { Move } from './detours.ts';
import { noticeOf } from './notices.ts';
import { Parking } from './parking.ts';
import type { Delivery, Notice } from './ports/delivery.ts';
import type { Observer } from './ports/observer.ts';
import type {
  Member,
  RoomChange,
  RoomEvent,
  RoomPosition,
  RoomRef,
  RoomState,
  RoomStore,
} from './ports/room-store.ts';
import { subjectOf } from './room-change.ts';
import { RoomReader } from './room-reader.ts';
import { type Applied, RoomView, snapshotOf } from './room-view.ts';

/** A missing event is usually just late; after this long the room is read instead. */
const gapPatienceMs = 50;
/** How long those may be missing, when a room was lost, who have not been registered again. */
const lingerMs = 10_000;
/** Events kept that came before their time; more than these are found again by reading. */
const earlyCapacity = 256;

export interface LocalRoomDependencies {
  readonly rooms: RoomStore;
  readonly delivery: Delivery;
  readonly observer: Observer;
  /** The store does not know that these sessions of this node are in a room. */
  readonly onMissing: (peerIds: readonly PeerId[]) => void;
  /** Another session of the same user has taken the place of one of this node. */
  readonly onReplaced: (room: RoomRef, peerId: PeerId) => void;
  /** Somebody in it is bound to another node than before. */
  readonly onMoved: (move: Move) => void;
  /** Somebody is not in it any more. */
  readonly onLeft: (room: RoomRef, peerId: PeerId) => void;
  /** The room has ended, and these sessions of this node, who were in it, have been told. */
  readonly onEnded: (room: RoomRef, peerIds: readonly PeerId[]) => void;
}

/**
 * A room that sessions of this node are in, or about to be in: the view of it, the audience
 * that is told of its changes, and what waits for the view to get somewhere.
 */
export class LocalRoom {
  readonly room: RoomRef;
  readonly #dependencies: LocalRoomDependencies;
  readonly #parking = new Parking();
  readonly #audience = new Audience();
  readonly #reader: RoomReader;
  #joining = 0;
  #view: RoomView | undefined;
  #early: RoomEvent[] = [];
  #lingerTimer: NodeJS.Timeout | undefined;

  constructor(room: RoomRef, dependencies: LocalRoomDependencies) {
    this.room = room;
    this.#dependencies = dependencies;
    this.#reader = new RoomReader({
      begin: () => this.#beginReading(),
      isNeeded: () => this.#isBehind,
      isWanted: () => !this.isIdle,
    });
  }

  /** Whether nobody here needs it. */
  get isIdle(): boolean {
    return this.#joining === 0 && this.#audience.size === 0;
  }

  /** The room as this node sees it; undefined before the first join has been answered. */
  get view(): RoomView | undefined {
    return this.#view;
  }

  member(peerId: PeerId): Member | undefined {
    return this.#view?.member(peerId);
  }

  /** A session's join is on its way; events may come from now on. */
  expect(): void {
    this.#joining += 1;
  }

  /** The join came to nothing. */
  abandon(): void {
    this.#joining -= 1;
  }

  /**
   * A session's join has been answered: from now on it is told of all changes after the
   * snapshot that this returns, which it must be given before anything else happens.
   *
   * @returns null when it has been taken out of the room again meanwhile.
   */
  admit(peerId: PeerId, state: RoomState): RoomSnapshot | null {
    this.#joining -= 1;
    if (!this.#view) {
      this.#begin(state);
      if (this.#reader.inDoubt) this.resync();
    } else if (this.#audience.size === 0 && !this.#view.hasReached(state)) {
      // Between the last member and this one nobody kept the view up to date.
      this.#begin(state);
    }
    const view = this.#view;
    if (view?.hasReached(state)) {
      if (!view.member(peerId)) return null;
      this.#audience.show([peerId], view.position);
      return view.snapshot();
    }
    // The others here have not been told yet; the events in between are on their way.
    this.#reader.readLater(gapPatienceMs);
    this.#audience.show([peerId], state);
    return snapshotOf(this.room, state);
  }

  /** A session is told nothing more about this room. */
  dismiss(peerId: PeerId): void {
    this.#audience.dismiss(peerId);
  }

  /** Takes in a change, tells the audience, and lets go of what waited for it. */
  accept(event: RoomEvent): void {
    const applied = this.#view ? this.#apply(this.#view, event) : 'gap';
    if (applied === 'stale') return;
    if (applied === 'applied') {
      this.#advance();
      return;
    }
    if (this.#early.length < earlyCapacity) this.#early.push(event);
    if (this.#view) this.#reader.readLater(gapPatienceMs);
  }

  /**
   * Whether a session of this node is in the room and has been shown it at that position. Then
   * the view holds what the session has been shown: not less, and nothing that it has not.
   */
  hasShown(peerId: PeerId, position: RoomPosition): boolean {
    const shown = this.#audience.shown(peerId);
    const view = this.#view;
    return !!shown && !!view && view.hasReached(shown) && view.hasReached(position);
  }

  /**
   * Calls back, in order of calls, once the condition holds, or with false after a second. It
   * is looked at again whenever the view moves on and when somebody has been let in.
   */
  when(isDue: () => boolean, go: (due: boolean) => void): void {
    if (isDue()) {
      go(true);
      return;
    }
    this.#parking.park(isDue, go);
    if (this.#view) this.#reader.readLater(gapPatienceMs);
  }

  /** Somebody has been let in and given the snapshot: what waited for that goes on. */
  settle(): void {
    this.#parking.release();
  }

  /**
   * Compares the view with the store, because changes may have been missed. Tried until the
   * store answers; an answer that may be from before this call does not count.
   */
  resync(): void {
    this.#reader.read();
  }

  /**
   * Asks whether something was missed that left no trace: the last event before a silence. That
   * costs less than reading the room.
   */
  async compare(): Promise<void> {
    const view = this.#view;
    if (!view || this.#reader.isReading) return;
    const position = await this.#dependencies.rooms.position(this.room);
    if (!position) this.#dependencies.onMissing(this.#audience.everybody);
    else if (!view.hasReached(position)) this.resync();
  }

  /** Nobody here is interested any more. */
  close(): void {
    this.#reader.close();
    clearTimeout(this.#lingerTimer);
    this.#parking.clear();
  }

  #beginReading(): Promise<() => void> | null {
    if (!this.#view) return null;
    const asked = this.#view.position;
    const missed = this.#early;
    this.#early = [];
    return this.#dependencies.rooms.read(this.room).then((state) => () => {
      if (state) this.#takeOver(state, { asked, missed });
      else this.#dependencies.onMissing(this.#audience.everybody);
    });
  }

  #takeOver(
    state: RoomState,
    { asked, missed }: { asked: RoomPosition; missed: RoomEvent[] },
  ): void {
    const view = this.#view;
    if (!view) return;
    const { incarnation } = view.position;
    if (incarnation !== asked.incarnation && incarnation !== state.incarnation) {
      // Since it was asked for, the room has ended and come into being again.
      this.#reader.doubt();
      return;
    }
    if (this.#audience.size === 0) {
      if (!view.hasReached(state)) this.#begin(state);
      return;
    }
    const difference = view.replace(state);
    for (const { participant, node, epoch, from } of difference?.moved ?? []) {
      const { peerId } = participant;
      this.#dependencies.onMoved({ room: this.room, peerId, from, to: node, epoch });
    }
    for (const peerId of difference?.left ?? []) this.#dependencies.onLeft(this.room, peerId);
    if (view.hasEnded) {
      this.#tellEnd({ type: 'room-ended', roomId: this.room.roomId, ...view.position });
      return;
    }
    if (difference) {
      this.#dependencies.observer.viewResynced();
      const behind = this.#audience.before(view.position);
      const { joined, left } = difference;
      const notice = { type: 'room-state', room: view.snapshot(), joined, left } as const;
      this.#dependencies.delivery.deliver(behind, notice);
      this.#audience.show(behind, view.position);
      if (view.hasLingering) this.#startLingering(view);
    }
    const missing = this.#audience.missingFrom(state);
    if (missing.length > 0) this.#dependencies.onMissing(missing);
    // What came before the reading began and is of another incarnation is history.
    const current = missed.filter(({ incarnation }) => incarnation === state.incarnation);
    this.#early = [...current, ...this.#early];
    this.#advance();
  }

  /**
   * Begins a view, or begins it anew when nobody here has been shown the one before: then
   * nobody is to be told of a difference, or to be spared the absence of those who lingered.
   */
  #begin(state: RoomState): void {
    clearTimeout(this.#lingerTimer);
    this.#view = new RoomView(this.room, state);
    this.#advance();
  }

  /** Goes on from where the view is: with events that came early, then with what waited. */
  #advance(): void {
    const view = this.#view;
    if (!view) return;
    if (this.#early.length > 0) {
      const early = this.#early.toSorted((a, b) => a.rev - b.rev);
      this.#early = early.filter((event) => this.#apply(view, event) === 'gap');
      if (this.#early.length > 0) this.#reader.readLater(gapPatienceMs);
    }
    this.#parking.release();
  }

  /** Whether something is awaited that a reading would bring. */
  get #isBehind(): boolean {
    if (this.#early.length > 0 || !this.#parking.isEmpty) return true;
    return this.#view !== undefined && this.#audience.isAheadOf(this.#view);
  }

  /** Takes one change in, if it is the next one, and tells the audience. */
  #apply(view: RoomView, event: RoomEvent): Applied {
    const subject = subjectOf(event.change);
    const former = subject === null ? undefined : view.member(subject);
    const isReplaced = this.#isReplaced(event);
    const applied = view.apply(event);
    if (applied !== 'applied') return applied;
    const notice = noticeOf(event, former !== undefined);
    if (event.change.type === 'ended') {
      this.#tellEnd(notice);
      return applied;
    }
    // It may have come back without the store, and been shown the room as the store had it.
    const isBack = event.change.type === 'rebound' && former?.participant.connected === false;
    const told = this.#audience.before(event).filter((peerId) => peerId !== subject || isBack);
    if (told.length > 0) {
      this.#dependencies.delivery.deliver(told, notice);
    }
    if (event.change.type === 'rebound' && former) this.#tellMove(event.change, former.node);
    if (event.change.type !== 'left') return applied;
    const { peerId } = event.change;
    this.#dependencies.onLeft(this.room, peerId);
    if (isReplaced) this.#dependencies.onReplaced(this.room, peerId);
    // Whoever leaves by itself is dismissed before: this one has been given up by somebody else.
    else if (this.#audience.has(peerId)) this.#dependencies.onMissing([peerId]);
    return applied;
  }

  #tellMove({ peerId, node, epoch }: RoomChange & { type: 'rebound' }, from: NodeId): void {
    if (from === node) return;
    this.#dependencies.onMoved({ room: this.room, peerId, from, to: node, epoch });
  }

  /** Whether it takes out a session of this node; one that has come in anew since is not meant. */
  #isReplaced({ incarnation, rev, change }: RoomEvent): boolean {
    if (change.type !== 'left' || change.reason !== 'replaced') return false;
    const shown = this.#audience.shown(change.peerId);
    return shown?.incarnation === incarnation && shown.rev < rev;
  }

  /** Everybody is told, the one who has ended it included, and is out of the room. */
  #tellEnd(notice: Notice): void {
    clearTimeout(this.#lingerTimer);
    const { everybody } = this.#audience;
    this.#dependencies.delivery.deliver(everybody, notice);
    this.#dependencies.onEnded(this.room, everybody);
  }

  #startLingering(view: RoomView): void {
    clearTimeout(this.#lingerTimer);
    const drop = () => {
      const left = view.dropLingering();
      if (left.length === 0) return;
      const notice = { type: 'room-state', room: view.snapshot(), joined: [], left } as const;
      this.#dependencies.delivery.deliver(this.#audience.everybody, notice);
    };
    this.#lingerTimer = setTimeout(drop, lingerMs).unref();
  }
}
