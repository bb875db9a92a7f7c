import { type LeaveReason, type NodeId, SignalingError } from '@switchboard/protocol';
import type { Calls } from './calls/calls.ts';
import { forEachLimited } from './for-each-limited.ts';
import type { Observer } from './ports/observer.ts';
import type { Binding, RoomRef, RoomStore } from './ports/room-store.ts';
import type { EndingSession, SessionStore } from './ports/session-store.ts';
import type { UserStore } from './ports/user-store.ts';
import { roomKey } from './room-key.ts';

export interface EndingsDependencies {
  readonly node: NodeId;
  readonly rooms: RoomStore;
  readonly sessions: SessionStore;
  readonly users: UserStore;
  readonly calls: Calls;
  readonly observer: Observer;
}

/** A session that this node has let go of, and that is to end. */
export interface Farewell {
  readonly binding: Binding;
  /** See `SessionStore.end`. */
  readonly how?: 'replaced' | undefined;
  readonly reason: LeaveReason;
  /** Also those that it may have entered although naming them was not answered. */
  readonly rooms: readonly RoomRef[];
}

type Unfinished =
  /** That it ends is not written down: nobody else would end it before its grace is over. */
  | { readonly state: 'begun'; readonly farewell: Farewell }
  | { readonly state: 'written'; readonly ending: EndingSession; readonly reason: LeaveReason };

/** More are left to whoever finds them, or is handed them next. */
const mostUnfinished = 1_000;
/** Of a dead node there may be thousands. */
const endedAtOnce = 32;

/**
 * Carries out the end of sessions: it is written down, every room that one names is left, its user
 * has it no more, its part in calls is over, and then the session is settled. Whatever fails on the
 * way is done again by this node with its next renewal, under whatever lease; or, once it is
 * written down, by whoever is handed the session next, which is somebody who may judge: after a
 * failover nobody may for 8 s. So each step may be repeated.
 */
export class Endings {
  readonly #dependencies: EndingsDependencies;
  #unfinished: Unfinished[] = [];

  constructor(dependencies: EndingsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Whether any has to be carried out again. */
  get isPending(): boolean {
    return this.#unfinished.length > 0;
  }

  /** To be called when the store may be whole again. */
  async retry(): Promise<void> {
    const unfinished = this.#unfinished;
    this.#unfinished = [];
    await forEachLimited(unfinished, endedAtOnce, (each) =>
      each.state === 'begun' ? this.begin(each.farewell) : this.carryOut(each.ending, each.reason),
    );
  }

  /** Ends a session, unless it is bound anew by then. */
  async begin(farewell: Farewell): Promise<void> {
    const { sessions, observer } = this.#dependencies;
    const { binding, how, reason, rooms } = farewell;
    let ending: EndingSession | null;
    try {
      ending = await sessions.end(binding, how);
    } catch (error) {
      // A store that is away says so itself.
      if (!(error instanceof SignalingError)) observer.fault('a session could not be ended', error);
      return this.#keep({ state: 'begun', farewell });
    }
    if (ending) await this.carryOut(withRooms(ending, rooms), reason);
  }

  /** As `carryOut`, some at a time. */
  async carryOutAll(all: readonly EndingSession[], reason: LeaveReason): Promise<void> {
    await forEachLimited(all, endedAtOnce, (each) => this.carryOut(each, reason));
  }

  async carryOut(ending: EndingSession, reason: LeaveReason): Promise<void> {
    const { node, rooms, sessions, observer } = this.#dependencies;
    const binding = { peerId: ending.peerId, node, epoch: ending.epoch };
    try {
      await Promise.all([
        ...ending.rooms.map((room) => rooms.leave({ room, binding, reason })),
        this.#leaveUser(ending),
      ]);
      await sessions.settle(ending);
    } catch (error) {
      observer.fault('the end of a session has to be carried out again', error);
      this.#keep({ state: 'written', ending, reason });
    }
  }

  #keep(unfinished: Unfinished): void {
    if (this.#unfinished.length < mostUnfinished) this.#unfinished.push(unfinished);
  }

  async #leaveUser({ profile: { tenant, userId }, peerId, epoch }: EndingSession): Promise<void> {
    if (userId === undefined) return;
    const { users, calls } = this.#dependencies;
    const user = { tenant, userId };
    const engaged = await users.detach(user, { peerId, epoch });
    await Promise.all(engaged.map((named) => calls.drop(user, peerId, named)));
  }
}

/** An ending session that leaves those rooms as well. */
export function withRooms(ending: EndingSession, others: readonly RoomRef[]): EndingSession {
  const rooms = new Map([...ending.rooms, ...others].map((room) => [roomKey(room), room]));
  return { ...ending, rooms: [...rooms.values()] };
}
