import {
  type Call,
  CallId,
  type CommandInput,
  isCallOver,
  type PeerId,
  RoomId,
  SignalingError,
} from '@switchboard/protocol';
import type { CallAction, CallRef, CallStore } from '../ports/call-store.ts';
import type { Observer } from '../ports/observer.ts';
import type { Share } from '../ports/session-store.ts';
import type {
  CallEvent,
  IntendOutcome,
  NamedCall,
  UserRef,
  UserStore,
} from '../ports/user-store.ts';
import { nameOf } from '../principal.ts';
import { randomId } from '../random-id.ts';
import type { Session } from '../session.ts';
import { callRef, refOf } from './call-ref.ts';
import type { LocalCalls } from './local-calls.ts';

export interface CallsDependencies {
  readonly calls: CallStore;
  readonly users: UserStore;
  readonly localCalls: LocalCalls;
  readonly observer: Observer;
}

/**
 * How calls come about and what becomes of them. Three records in three places take part: those of
 * the two users, and that of the call, which alone decides. Both users name a call before it is
 * made; what it has become is taken to both of them afterwards (`spread`), by whoever changed it
 * or, should that one die on the way, by whoever is handed the call next.
 */
export class Calls {
  readonly #dependencies: CallsDependencies;

  constructor(dependencies: CallsDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Calls a user. `spread` is to follow.
   *
   * @throws SignalingError for what the client is to be told.
   */
  async invite(
    session: Session,
    user: UserRef,
    input: CommandInput<'call:invite'>,
  ): Promise<CallEvent> {
    const { calls, users } = this.#dependencies;
    const callee: UserRef = { tenant: user.tenant, userId: input.to };
    const callId = input.callId ?? CallId.parse(randomId());
    const [own, theirs] = await Promise.all([
      users.intend(user, { callId, other: callee.userId, caller: session.peerId }),
      users.intend(callee, { callId, other: user.userId, caller: null }),
    ]);
    // What only one of them has named becomes no call, and the id is free for another one.
    if (own.kind !== 'intended') {
      if (theirs.kind === 'intended') await users.release(callee, callId);
      throw refusals[own.kind]();
    }
    if (theirs.kind !== 'intended') {
      await users.release(user, callId);
      throw refusals[theirs.kind]();
    }
    const name = nameOf(session.principal);
    const { kind, call } = await calls.invite({
      ref: callRef(user, callee.userId, callId),
      from: { ...user, peerId: session.peerId, ...(name !== null && { name }) },
      to: callee.userId,
      roomId: input.roomId ?? RoomId.parse(`call-${randomId()}`),
      ringMs: input.ringMs,
      refuseIfBusy: input.whenBusy === 'refuse',
      isBusy: theirs.isInCall,
      ...(input.data !== undefined && { data: input.data }),
    });
    if (kind !== 'known') this.#count(call);
    return { tenant: user.tenant, call };
  }

  /**
   * Does something to a call of a user. `spread` is to follow.
   *
   * @throws SignalingError `call_not_found`, `call_state`, `unavailable`
   */
  async change(
    session: Session,
    user: UserRef,
    { callId, action }: { readonly callId: CallId; readonly action: CallAction },
  ): Promise<CallEvent> {
    const { calls } = this.#dependencies;
    const other = await this.#otherOf(user, callId);
    if (other === null) throw new SignalingError('call_not_found');
    const by = { userId: user.userId, peerId: session.peerId };
    const outcome = await calls.change(callRef(user, other, callId), { action, by });
    if (outcome.kind === 'absent') throw new SignalingError('call_not_found');
    if (outcome.kind === 'changed') this.#count(outcome.call);
    if (outcome.kind !== 'refused') return { tenant: user.tenant, call: outcome.call };
    const { state } = outcome.call;
    throw new SignalingError('call_state', { message: `The call is ${state}.`, state });
  }

  /**
   * Ends a call of a user, whatever both are doing: one that rings is cancelled. `spread` is to
   * follow.
   *
   * @returns the call, which may have been over before; null when the user has none of that id.
   */
  async terminate(user: UserRef, callId: CallId): Promise<CallEvent | null> {
    const { calls } = this.#dependencies;
    const other = await this.#otherOf(user, callId);
    if (other === null) return null;
    const ref = callRef(user, other, callId);
    let call = await calls.read(ref);
    // It may be accepted, or over, by the time that it is asked for: it never rings again.
    while (call && !isCallOver(call.state)) {
      const action = call.state === 'ringing' ? 'cancel' : 'end';
      const outcome = await calls.change(ref, { action, by: call.from });
      if (outcome.kind === 'absent') return null;
      if (outcome.kind === 'changed') this.#count(outcome.call);
      call = outcome.call;
    }
    return call && { tenant: user.tenant, call };
  }

  /**
   * Takes what a call has become to both of its users, and so to their sessions. What fails is
   * done again by whoever is handed the call next.
   */
  async spread(event: CallEvent): Promise<void> {
    this.#dependencies.localCalls.learn(event);
    try {
      await this.#spread(event);
    } catch (error) {
      if (error instanceof SignalingError) return;
      this.#dependencies.observer.fault('a call has to be spread again', error);
    }
  }

  /**
   * A session of a user is over, and its part in a call with it. Harmless when repeated.
   *
   * @throws SignalingError `unavailable`
   */
  async drop(user: UserRef, peerId: PeerId, { callId, other }: NamedCall): Promise<void> {
    const { calls, users } = this.#dependencies;
    const ref = callRef(user, other, callId);
    const by = { userId: user.userId, peerId };
    const outcome = await calls.change(ref, { action: 'drop', by });
    if (outcome.kind === 'changed') {
      this.#count(outcome.call);
      await this.spread({ tenant: user.tenant, call: outcome.call });
    } else if (outcome.kind === 'absent' || outcome.call.callId !== callId) {
      await users.release(user, callId);
      await users.release({ tenant: user.tenant, userId: other }, callId);
    }
  }

  /** Looks after calls that nobody has settled, and those that have rung for long enough. */
  async lookAfter(share: Share): Promise<void> {
    const due = await this.#dependencies.calls.takeDue(share);
    for (const { call, isNews } of due) if (isNews) this.#count(call);
    await Promise.all(due.map(({ tenant, call }) => this.spread({ tenant, call })));
  }

  /** Once for each change, by whoever made it. */
  #count({ state, createdAt, answeredAt, endedAt }: Call): void {
    const at = endedAt ?? answeredAt ?? createdAt;
    this.#dependencies.observer.callChanged(state, at - createdAt);
  }

  async #spread({ tenant, call }: CallEvent): Promise<void> {
    const { calls, users } = this.#dependencies;
    const { from, to } = call;
    const [caller, callee] = await Promise.all([
      users.engage({ tenant, userId: from.userId }, call),
      users.engage({ tenant, userId: to.userId }, call),
    ]);
    const ref = refOf(tenant, call);
    if (isCallOver(call.state)) return calls.settle(ref, call.rev);
    if (!caller.isHere) return this.#dropPart(ref, from);
    if (!callee.isHere && to.peerId !== undefined) {
      return this.#dropPart(ref, { userId: to.userId, peerId: to.peerId });
    }
    await calls.settle(ref, call.rev);
  }

  /** The session by which one of the two took part was over before the call was in its record. */
  async #dropPart(ref: CallRef, { userId, peerId }: Call['from']): Promise<void> {
    const by = { userId, peerId };
    const outcome = await this.#dependencies.calls.change(ref, { action: 'drop', by });
    if (outcome.kind === 'absent') return;
    if (outcome.kind === 'changed') this.#count(outcome.call);
    await this.#spread({ tenant: ref.tenant, call: outcome.call });
  }

  async #otherOf(user: UserRef, callId: CallId) {
    const known = this.#dependencies.localCalls.find(user, callId);
    if (!known) return this.#dependencies.users.find(user, callId);
    return known.from.userId === user.userId ? known.to.userId : known.from.userId;
  }
}

const refusals: {
  readonly [K in Exclude<IntendOutcome['kind'], 'intended'>]: () => SignalingError;
} = {
  taken: () =>
    new SignalingError('invalid_argument', {
      message: 'One of the two users has another call of that id.',
      path: ['callId'],
    }),
  full: () => new SignalingError('too_many_calls'),
  absent: () => new SignalingError('unavailable'),
};
