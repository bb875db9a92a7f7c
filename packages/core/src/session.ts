import {
  type DuplicatePolicy,
  type Incarnation,
  type PeerId,
  readContent,
  type UserId,
  writeContent,
} from '@switchboard/protocol';
import type { Notice } from './ports/delivery.ts';
import type { CloseReason, Outlet } from './ports/outlet.ts';
import type { Binding, RoomRef } from './ports/room-store.ts';
import type { NewSession } from './ports/session-store.ts';
import type { UserRef } from './ports/user-store.ts';
import { ownerOf, type Principal, type SelfIdentity, saying, userOf } from './principal.ts';
import { type ClientDescription, profileOf, type SessionProfile } from './profile.ts';
import type { RoomKey } from './room-key.ts';
import type { TokenBucket } from './token-bucket.ts';

/** A session's part in one room. */
export type Membership =
  /** The store has been asked; nobody knows the answer yet. */
  | { readonly state: 'joining'; readonly room: RoomRef }
  /** Somewhere at or before `incarnation` and `rev` the session entered. */
  | {
      readonly state: 'joined';
      readonly room: RoomRef;
      readonly incarnation: Incarnation;
      readonly rev: number;
    }
  /** The store did not answer: whether the session is in, as `wanted` says, is not known. */
  | { readonly state: 'uncertain'; readonly room: RoomRef; readonly wanted: boolean };

/** Notices kept for a client whose connection is lost; more than these are as good as none. */
const backlogCapacity = { notices: 256, signalLength: 512 * 1_024 };

export interface SessionOptions {
  readonly binding: Binding;
  readonly principal: Principal;
  readonly client: ClientDescription;
  readonly secretDigest: string;
  readonly graceMs: number;
  /** `allow`: the user may be in a room with other sessions besides this one, whatever its policy. */
  readonly duplicates: DuplicatePolicy;
  readonly bucket: TokenBucket;
}

/** The turn of what changes whose session it is; no room's name is like it. */
export const identityTurn = 'identity' as RoomKey;

export type JoinedMembership = Membership & { readonly state: 'joined' };

/** A claim is carried out within the time in which the store answers, or not at all. */
const stragglerMs = 3_000;

/** One client's logical connection, on the node that holds it. It outlives its transport. */
export class Session {
  readonly bucket: TokenBucket;
  readonly memberships = new Map<RoomKey, Membership>();
  /** Whether the store has it. What it enters before that could be left by nobody else. */
  isWritten = false;
  /** Whether it counts as its user's, so that the end of it ends the user's part in calls. */
  isAttached = false;
  /** Whether it was resumed on this node's word alone, and the store has not confirmed that. */
  isVouchedFor = false;
  readonly #options: SessionOptions;
  /** The last task of each room's queue; an entry exists while one is running. */
  readonly #queues = new Map<RoomKey, Promise<void>>();
  #binding: Binding;
  #principal: Principal;
  /** Whether it is nobody's, whoever its token says it is. */
  #isWithdrawn = false;
  #outlet: Outlet | null = null;
  #backlog: Notice[] = [];
  /** Of the data of the signals and relays among them, as JSON. */
  #backlogLength = 0;
  #isDetached = false;
  #stragglersUntil = 0;
  #closed: CloseReason | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#binding = options.binding;
    this.#principal = options.principal;
    this.bucket = options.bucket;
  }

  get binding(): Binding {
    return this.#binding;
  }

  get peerId(): PeerId {
    return this.binding.peerId;
  }

  get principal(): Principal {
    return this.#principal;
  }

  /** Of whom no other session may be in a room with this one, where the room has it so. */
  get soleUser(): UserId | null {
    const principal = this.#principal;
    const isSole = principal.kind === 'user' && this.#options.duplicates === 'replace';
    return isSole ? principal.userId : null;
  }

  /** As whom it is present, calls and is called; null of nobody in particular. */
  get user(): UserRef | null {
    const { tenant } = this.#principal;
    const userId = this.#isWithdrawn ? null : userOf(this.#principal);
    return userId === null ? null : { tenant, userId };
  }

  get graceMs(): number {
    return this.#options.graceMs;
  }

  /** What the store keeps of it. */
  get record(): NewSession {
    const { secretDigest, graceMs } = this.#options;
    return {
      binding: this.#binding,
      owner: ownerOf(this.#principal),
      secretDigest,
      graceMs,
      profile: this.#profileOf(this.#isWithdrawn ? null : this.#principal),
    };
  }

  /** What it is to be known by as who it says to be, or (null) as nobody. */
  profileAs(said: SelfIdentity | null): SessionProfile {
    return this.#profileOf(said && saying(this.#principal, said));
  }

  #profileOf(principal: Principal | null): SessionProfile {
    const { tenant } = this.#principal;
    const nobody = { kind: 'open', tenant, self: null } as const;
    return profileOf(principal ?? nobody, this.#options.client);
  }

  /** Whether it is that already, and nothing else could be said of it. */
  isAlready(said: SelfIdentity | null): boolean {
    if (said === null) return this.user === null;
    return this.#principal.kind === 'user' && !this.#isWithdrawn;
  }

  /** From now on it is who it says to be, or (null) nobody, whoever its token says it is. */
  identify(said: SelfIdentity | null): void {
    this.#principal = saying(this.#principal, said);
    this.#isWithdrawn = said === null;
  }

  /** A closed session enters nothing any more; what is still under way is undone. */
  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  get isConnected(): boolean {
    return this.#outlet !== null;
  }

  /** The way to its client; null without a connection. */
  get outlet(): Outlet | null {
    return this.#outlet;
  }

  /** Another binding may be that of an attempt which its client had given up before this one. */
  expectStraggler(): void {
    this.#stragglersUntil = performance.now() + stragglerMs;
  }

  /**
   * What its client is to do when the session turns out to be bound elsewhere: to come back, where
   * that may have been its own doing, or else to stay away.
   */
  get whenFenced(): 'reconnect' | 'replaced' {
    const isOwnDoing = this.isVouchedFor || performance.now() < this.#stragglersUntil;
    return isOwnDoing ? 'reconnect' : 'replaced';
  }

  /** Goes on under a higher epoch, which this node has claimed it under. */
  raise(epoch: number): void {
    if (epoch > this.#binding.epoch) this.#binding = { ...this.#binding, epoch };
  }

  /** Goes on under another token of the same owner. */
  prolong(principal: Principal): void {
    this.#principal = principal;
  }

  /** Whether its connection is lost. One that is only about to get its first is not detached. */
  get isDetached(): boolean {
    return this.#isDetached;
  }

  /**
   * Gives the client what it has missed, and from then on everything at once. If the session was
   * closed while the connection came about, that is over as well.
   */
  attach(outlet: Outlet): void {
    if (this.#closed !== undefined) {
      outlet.close(this.#closed);
      return;
    }
    this.#outlet = outlet;
    this.#isDetached = false;
    for (const notice of this.takeBacklog()) outlet.deliver(notice);
  }

  /**
   * A connection is lost: what comes from here on is kept for a while.
   *
   * @param outlet that of the connection; null for one that came to nothing.
   * @returns false when the session has another connection by now.
   */
  detach(outlet: Outlet | null): boolean {
    if (this.#outlet !== outlet) return false;
    this.#outlet = null;
    this.#isDetached = true;
    return true;
  }

  /** Another connection is about to take the place of this one. */
  yieldConnection(): void {
    const outlet = this.#outlet;
    this.#outlet = null;
    outlet?.close('replaced');
  }

  /** Ends the session on this node. */
  close(reason: CloseReason): void {
    this.#closed = reason;
    const outlet = this.#outlet;
    this.#outlet = null;
    outlet?.close(reason);
  }

  deliver(notice: Notice): void {
    if (this.#outlet) this.#outlet.deliver(notice);
    // Who was typing is no news by the time that the client is back.
    else if (notice.type !== 'typing') this.#keep(notice);
  }

  /** Notices kept for its client. */
  get backlogSize(): number {
    return this.#backlog.length;
  }

  takeBacklog(): Notice[] {
    const backlog = this.#backlog;
    this.#backlog = [];
    this.#backlogLength = 0;
    return backlog;
  }

  /** From the first that is too much on, nothing is: what is kept has no holes. */
  #keep(notice: Notice): void {
    const { notices, signalLength } = backlogCapacity;
    if (this.#backlog.length >= notices || this.#backlogLength > signalLength) return;
    if ('data' in notice) this.#backlogLength += writeContent(notice.data).length;
    if (this.#backlogLength <= signalLength) this.#backlog.push(detached(notice));
  }

  /** Resolves when nothing is under way that changes its memberships. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#queues.values());
  }

  /**
   * Runs what changes this session's membership of a room, one task after another in order of
   * calls: entering and leaving must not overtake each other.
   */
  inTurn(key: RoomKey, task: () => Promise<void>): Promise<void> {
    const previous = this.#queues.get(key);
    const current = previous ? previous.then(task, task) : task();
    this.#queues.set(key, current);
    const done = () => {
      if (this.#queues.get(key) === current) this.#queues.delete(key);
    };
    current.then(done, done);
    return current;
  }
}

/** A text that has not been read is a part of a longer one, which it would keep in memory. */
const detached = (notice: Notice): Notice =>
  notice.type === 'signal' ? { ...notice, data: readContent(notice.data) } : notice;
