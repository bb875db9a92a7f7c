import type { LeaveReason, NodeId } from '@switchboard/protocol';
import type { Observer } from './ports/observer.ts';
import type { RoomStore } from './ports/room-store.ts';
import type { EndingSession, SessionStore } from './ports/session-store.ts';

export interface EndingsDependencies {
  readonly node: NodeId;
  readonly rooms: RoomStore;
  readonly sessions: SessionStore;
  readonly observer: Observer;
}

/**
 * Carries out the end of sessions: every room that one names is left, and then the session is
 * settled. Whatever fails on the way is done again by whoever is handed the session next, so
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
      await Promise.all(ending.rooms.map((room) => rooms.leave({ room, binding, reason })));
      await sessions.settle(ending);
    } catch (error) {
      observer.fault('the end of a session has to be carried out again', error);
    }
  }
}
