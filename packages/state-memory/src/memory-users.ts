import {
  type AttachOutcome,
  type Binding,
  type CallEvent,
  type CallIntent,
  type EngageOutcome,
  type IntendOutcome,
  type NamedCall,
  type UserKey,
  type UserRef,
  type UserStanding,
  type UserStore,
  userKey,
} from '@switchboard/core';
import {
  type Call,
  type CallId,
  limits,
  type NodeId,
  type PeerId,
  type PresenceStatus,
  type UserId,
} from '@switchboard/protocol';

/** How long it is remembered that a call is over, or was intended. */
const keepMs = 10 * 60_000;
/** How long the end of a call is news to a session that was away. */
const newsMs = 60_000;
/** At least so long between two looks at what can be forgotten. */
const sweepMs = 60_000;

interface EngagedCall {
  readonly rev: number;
  readonly state: 'intended' | 'ringing' | 'accepted' | 'over';
  /** The session by which the user takes part. */
  readonly peerId: PeerId | null;
  readonly side: 'from' | 'to';
  readonly other: UserId;
  readonly writtenAt: number;
}

interface User {
  readonly ref: UserRef;
  rev: number;
  readonly sessions: Map<PeerId, Binding>;
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

/**
 * The users of one process, as one node sees them. Each method does its work before it first
 * yields, which makes it one step, as the port demands.
 */
export class MemoryUsers implements UserStore {
  readonly #shared: SharedUsers;
  readonly #node: NodeId;
  readonly #watchMs: number;

  constructor(shared: SharedUsers, node: NodeId, watchMs: number) {
    this.#shared = shared;
    this.#node = node;
    this.#watchMs = watchMs;
  }

  async attach(ref: UserRef, binding: Binding): Promise<AttachOutcome> {
    const user = this.#shared.get(ref);
    const present = user.sessions.get(binding.peerId);
    if (present && present.epoch > binding.epoch) return { kind: 'fenced' };
    this.#change(user, () => user.sessions.set(binding.peerId, binding));
    const isBack = binding.epoch > 1;
    const oldest = performance.now() - newsMs;
    const mayBeNews = ({ state, writtenAt }: EngagedCall): boolean =>
      state !== 'over' || (isBack && writtenAt > oldest);
    return { kind: 'attached', calls: named(user, mayBeNews) };
  }

  async detach(
    ref: UserRef,
    { peerId, epoch }: Pick<Binding, 'peerId' | 'epoch'>,
  ): Promise<NamedCall[]> {
    const user = this.#shared.get(ref);
    const present = user.sessions.get(peerId);
    if (present && present.epoch > epoch) return [];
    this.#change(user, () => user.sessions.delete(peerId));
    return named(user, (call) => call.state !== 'over' && call.peerId === peerId);
  }

  async intend(ref: UserRef, { callId, other, caller }: CallIntent): Promise<IntendOutcome> {
    const user = this.#shared.get(ref);
    if (caller !== null && !user.sessions.has(caller)) return { kind: 'absent' };
    const side = caller === null ? 'to' : 'from';
    const present = user.calls.get(callId);
    if (present && (present.side !== side || present.other !== other)) return { kind: 'taken' };
    if (!present && user.calls.size >= limits.callsPerUser) return { kind: 'full' };
    if (!present) {
      const intended = { rev: 0, state: 'intended', peerId: caller, side, other } as const;
      user.calls.set(callId, { ...intended, writtenAt: performance.now() });
    }
    return { kind: 'intended', isInCall: isInCall(user, callId) };
  }

  async engage(ref: UserRef, call: Call): Promise<EngageOutcome> {
    const user = this.#shared.get(ref);
    const isCaller = call.from.userId === ref.userId;
    const peerId = (isCaller ? call.from.peerId : call.to.peerId) ?? null;
    if ((user.calls.get(call.callId)?.rev ?? -1) < call.rev) {
      const { callId, rev, state } = call;
      this.#change(user, () =>
        user.calls.set(callId, {
          ...{ rev, peerId, side: isCaller ? 'from' : 'to', writtenAt: performance.now() },
          state: state === 'ringing' || state === 'accepted' ? state : 'over',
          other: isCaller ? call.to.userId : call.from.userId,
        }),
      );
      const event = { tenant: ref.tenant, call };
      for (const node of nodesOf(user)) this.#shared.tellCall(node, event);
    }
    return { isHere: peerId === null || user.sessions.has(peerId) };
  }

  async release(ref: UserRef, callId: CallId): Promise<void> {
    const { calls } = this.#shared.get(ref);
    if (calls.get(callId)?.state === 'intended') calls.delete(callId);
  }

  async find(ref: UserRef, callId: CallId): Promise<UserId | null> {
    return this.#shared.get(ref).calls.get(callId)?.other ?? null;
  }

  async watch(refs: readonly UserRef[]): Promise<UserStanding[]> {
    return refs.map((ref) => {
      const user = this.#shared.get(ref);
      user.watchers.set(this.#node, performance.now() + this.#watchMs);
      return { user: ref, status: statusOf(user), rev: user.rev };
    });
  }

  async unwatch(refs: readonly UserRef[]): Promise<void> {
    for (const ref of refs) this.#shared.get(ref).watchers.delete(this.#node);
  }

  /** Makes a change, and tells who watches if it is one of status. */
  #change(user: User, change: () => void): void {
    const before = statusOf(user);
    change();
    const status = statusOf(user);
    if (status === before) return;
    user.rev = this.#shared.nextRev();
    const now = performance.now();
    for (const [node, until] of user.watchers) {
      if (until < now) continue;
      this.#shared.tellPresence(node, { user: user.ref, status, rev: user.rev });
    }
  }
}

const isLive = ({ state }: EngagedCall): boolean => state === 'ringing' || state === 'accepted';

const isInCall = ({ sessions, calls }: User, aside: CallId | null): boolean =>
  [...calls].some(
    ([callId, { state, peerId }]) =>
      state === 'accepted' && callId !== aside && peerId !== null && sessions.has(peerId),
  );

function statusOf(user: User): PresenceStatus {
  if (user.sessions.size === 0) return 'offline';
  return isInCall(user, null) ? 'in-call' : 'online';
}

const named = ({ calls }: User, isMeant: (call: EngagedCall) => boolean): NamedCall[] =>
  [...calls].flatMap(([callId, call]) => (isMeant(call) ? [{ callId, other: call.other }] : []));

const nodesOf = ({ sessions }: User): Set<NodeId> =>
  new Set(Array.from(sessions.values(), ({ node }) => node));
