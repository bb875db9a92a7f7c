import {
  type Binding,
  type CallEvent,
  type UserKey,
  type UserRef,
  type UserStanding,
  userKey,
} from '@switchboard/core';
import type { CallId, NodeId, PeerId, UserId } from '@switchboard/protocol';

/** How long it is remembered that a call is over, or was intended. */
const keepMs = 10 * 60_000;
/** At least so long between two looks at what can be forgotten. */
const sweepMs = 60_000;

/** A call in the record of one of its users. */
export interface EngagedCall {
  readonly rev: number;
  readonly state: 'intended' | 'ringing' | 'accepted' | 'over';
  /** The session by which the user takes part. */
  readonly peerId: PeerId | null;
  readonly side: 'from' | 'to';
  readonly other: UserId;
  readonly writtenAt: number;
}

interface AttachedSession extends Binding {
  /** When it is lost, unless its node says before that it is there. */
  readonly keptUntil: number;
}

export interface User {
  readonly ref: UserRef;
  rev: number;
  readonly sessions: Map<PeerId, AttachedSession>;
  readonly calls: Map<CallId, EngagedCall>;
  /** Until when each node watches. */
  readonly watchers: Map<NodeId, number>;
}

/** What the nodes on one backend share. */
export class SharedUsers {
  readonly #users = new Map<UserKey, User>();
  readonly tellCall: (node: NodeId, event: CallEvent) => void;
  readonly tellPresence: (node: NodeId, standing: UserStanding) => void;
  #rev = 0;
  #sweptAt = performance.now();

  constructor(tell: {
    readonly call: (node: NodeId, event: CallEvent) => void;
    readonly presence: (node: NodeId, standing: UserStanding) => void;
  }) {
    this.tellCall = tell.call;
    this.tellPresence = tell.presence;
  }

  /** Users that nothing is known of are made up when they are asked for. */
  get(ref: UserRef): User {
    if (performance.now() - this.#sweptAt > sweepMs) this.#sweep();
    const key = userKey(ref);
    const user = this.#users.get(key) ?? {
      ref,
      rev: this.nextRev(),
      sessions: new Map(),
      calls: new Map(),
      watchers: new Map(),
    };
    this.#users.set(key, user);
    return user;
  }

  all(): User[] {
    return [...this.#users.values()];
  }

  /** Higher than any before, whatever was forgotten in between. */
  nextRev(): number {
    this.#rev += 1;
    return this.#rev;
  }

  /** Forgets calls that were kept long enough, and users of whom nothing is left. */
  #sweep(): void {
    const now = performance.now();
    this.#sweptAt = now;
    for (const [key, { sessions, calls, watchers }] of this.#users) {
      for (const [callId, call] of calls) {
        if (!isLive(call) && call.writtenAt < now - keepMs) calls.delete(callId);
      }
      for (const [node, until] of watchers) if (until < now) watchers.delete(node);
      if (sessions.size + calls.size + watchers.size === 0) this.#users.delete(key);
    }
  }
}

const isLive = ({ state }: EngagedCall): boolean => state === 'ringing' || state === 'accepted';
