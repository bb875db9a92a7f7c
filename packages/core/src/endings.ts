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

/**
 * Carries out the end of sessions: every room that one names is left, its user has it no more, its
 * part in calls is over, and then the session is settled. Whatever fails on the way is done again by whoever is handed the session next, so
 * each step may be repeated.
 */
export class Endings {
  readonly #dependencies: EndingsDependencies;

  constructor(dependencies: EndingsDependencies) {
    this.#dependencies = dependencies;
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
