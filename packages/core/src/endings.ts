import type { LeaveReason, NodeId } from '@switchboard/protocol';
import type { Calls } from './calls/calls.ts';
import type { Observer } from './ports/observer.ts';
import type { RoomStore } from './ports/room-store.ts';
import type { EndingSession, SessionStore } from './ports/session-store.ts';
import type { UserStore } from './ports/user-store.ts';

export interface EndingsDependencies {
  readonly node: NodeId;
  readonly rooms: RoomStore;
  readonly sessions: SessionStore;
  readonly users: UserStore;
  readonly calls: Calls;
  readonly observer: Observer;
}

interface Unfinished {
  readonly ending: EndingSession;
  readonly reason: LeaveReason;
}

/** More are left to whoever is handed them next. */
const mostUnfinished = 1_000;

/**
 * Carries out the end of sessions: every room that one names is left, its user has it no more, its
 * part in calls is over, and then the session is settled. Whatever fails on the way is done again
 * by this node with its next renewal, or by whoever is handed the session next, which is somebody
 * who may judge: after a failover nobody may for 8 s. So each step may be repeated.
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
    await Promise.all(unfinished.map(({ ending, reason }) => this.carryOut(ending, reason)));
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
      if (this.#unfinished.length < mostUnfinished) this.#unfinished.push({ ending, reason });
    }
  }

  async #leaveUser({ profile: { tenant, userId }, peerId, epoch }: EndingSession): Promise<void> {
    if (userId === undefined) return;
    const { users, calls } = this.#dependencies;
    const user = { tenant, userId };
    const engaged = await users.detach(user, { peerId, epoch });
    await Promise.all(engaged.map((named) => calls.drop(user, peerId, named)));
  }
}
