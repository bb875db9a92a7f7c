import type {
  AttachOutcome,
  Binding,
  CallIntent,
  EngageOutcome,
  IntendOutcome,
  LostSession,
  NamedCall,
  UserRef,
  UserSession,
  UserStanding,
  UserStore,
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
import type { EngagedCall, SharedUsers, User } from './shared-users.ts';

/** How long the end of a call is news to a session that was away. */
const newsMs = 60_000;

/**
 * The users of one process, as one node sees them. Each method does its work before it first
 * yields, which makes it one step, as the port demands.
 */
export class MemoryUsers implements UserStore {
  readonly #shared: SharedUsers;
  readonly #node: NodeId;
  readonly #patienceMs: number;

  /** @param patienceMs how long it counts that a node watches, or holds a session. */
  constructor(shared: SharedUsers, node: NodeId, patienceMs: number) {
    this.#shared = shared;
    this.#node = node;
    this.#patienceMs = patienceMs;
  }

  async attach(ref: UserRef, binding: Binding): Promise<AttachOutcome> {
    const user = this.#shared.get(ref);
    const present = user.sessions.get(binding.peerId);
    if (present && present.epoch > binding.epoch) return { kind: 'fenced' };
    const attached = { ...binding, keptUntil: performance.now() + this.#patienceMs };
    this.#change(user, () => user.sessions.set(binding.peerId, attached));
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
    return callsOf(user, peerId);
  }

  async keep<S extends UserSession>(sessions: readonly S[]): Promise<S[]> {
    const keptUntil = performance.now() + this.#patienceMs;
    return sessions.filter(({ user: ref, peerId }) => {
      const { sessions: attached } = this.#shared.get(ref);
      const present = attached.get(peerId);
      if (present) attached.set(peerId, { ...present, keptUntil });
      return present === undefined;
    });
  }

  /** One process: whoever asks looks at everything. */
  async takeLost(): Promise<LostSession[]> {
    const now = performance.now();
    return this.#shared.all().flatMap((user) => {
      const lost = [...user.sessions.values()].filter(({ keptUntil }) => keptUntil < now);
      return lost.map(({ peerId }) => {
        this.#change(user, () => user.sessions.delete(peerId));
        return { user: user.ref, peerId, calls: callsOf(user, peerId) };
      });
    });
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
      user.watchers.set(this.#node, performance.now() + this.#patienceMs);
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

/** Those in which a user takes part by a session, or would. */
const callsOf = (user: User, peerId: PeerId): NamedCall[] =>
  named(user, (call) => call.state !== 'over' && call.peerId === peerId);

const nodesOf = ({ sessions }: User): Set<NodeId> =>
  new Set(Array.from(sessions.values(), ({ node }) => node));
