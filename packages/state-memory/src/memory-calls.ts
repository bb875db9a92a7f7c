import type {
  CallAction,
  CallChange,
  CallRef,
  CallStore,
  ChangeOutcome,
  DueCall,
  InviteOutcome,
  InviteRequest,
  ListCallsRequest,
  ListedCalls,
} from '@switchboard/core';
import { type Call, type CallState, Cursor, isCallOver } from '@switchboard/protocol';
import { parseCursor } from './cursor.ts';

/** A call that is not settled within the first comes up again, one that goes on after the second. */
const settleWithinMs = 2_000;
const lookAfterMs = 5 * 60_000;
/** How long a call is kept that is over. */
const keepMs = 10 * 60_000;

interface StoredCall {
  readonly ref: CallRef;
  /** Of its two users, whoever called whom. */
  readonly pair: string;
  call: Call;
  /** When it has to be looked after; of one that is over and settled, never. */
  dueAt: number;
  keptUntil: number;
}

type Side = 'from' | 'to';

const transitions: {
  readonly [K in Exclude<CallAction, 'drop'>]: {
    readonly before: CallState;
    readonly side: Side | null;
    readonly after: CallState;
  };
} = {
  accept: { before: 'ringing', side: 'to', after: 'accepted' },
  reject: { before: 'ringing', side: 'to', after: 'rejected' },
  cancel: { before: 'ringing', side: 'from', after: 'cancelled' },
  end: { before: 'accepted', side: null, after: 'ended' },
};

/**
 * The calls of one process. Each method does its work before it first yields, which makes it one
 * step, as the port demands.
 */
export class MemoryCalls implements CallStore {
  readonly #calls = new Map<string, StoredCall>();
  /** Names of calls whose place another one has taken, with the name of that. */
  readonly #aliases = new Map<string, string>();

  async invite(request: InviteRequest): Promise<InviteOutcome> {
    const { ref, from, to, roomId, ringMs, refuseIfBusy, data } = request;
    const known = this.#find(ref);
    if (known) return { kind: 'known', call: known.call };
    const live = this.#liveBetween(ref);
    const now = Date.now();
    const counter = live.find(({ call }) => call.state === 'ringing' && call.from.userId === to);
    if (counter) {
      this.#aliases.set(nameOf(ref), nameOf(counter.ref));
      const met = { userId: from.userId, peerId: from.peerId };
      this.#turn(counter, { state: 'accepted', to: met, answeredAt: now });
      return { kind: 'met', call: counter.call };
    }
    const isBusy = request.isBusy || live.some(({ call }) => call.state === 'accepted');
    const isRefused = isBusy && refuseIfBusy;
    const stored: StoredCall = {
      ref,
      pair: pairOf(ref),
      call: {
        ...{ callId: ref.callId, rev: 1, state: isRefused ? 'busy' : 'ringing' },
        from: {
          ...{ userId: from.userId, peerId: from.peerId },
          ...(from.name !== undefined && { name: from.name }),
        },
        ...{ to: { userId: to }, roomId, createdAt: now, ringsUntil: now + ringMs },
        ...(isRefused && { endedAt: now }),
        ...(data !== undefined && { data }),
      },
      dueAt: now + settleWithinMs,
      keptUntil: isRefused ? now + keepMs : Number.POSITIVE_INFINITY,
    };
    this.#calls.set(nameOf(ref), stored);
    return { kind: 'made', call: stored.call };
  }

  async change(ref: CallRef, { action, by }: CallChange): Promise<ChangeOutcome> {
    const stored = this.#find(ref);
    if (!stored) return { kind: 'absent' };
    const { call } = stored;
    const side: Side = by.userId === call.from.userId ? 'from' : 'to';
    const effective =
      action === 'drop' ? whatDropMeans(call, call[side].peerId, by.peerId) : action;
    const transition = effective === null ? null : transitions[effective];
    if (!transition || (transition.side !== null && transition.side !== side)) {
      return { kind: 'refused', call };
    }
    const isAnswer = effective === 'accept';
    const { before, after } = transition;
    if (call.state === after && (!isAnswer || call.to.peerId === by.peerId)) {
      return { kind: 'repeated', call };
    }
    if (call.state !== before) return { kind: 'refused', call };
    const now = Date.now();
    const to = { userId: by.userId, peerId: by.peerId };
    this.#turn(stored, {
      state: after,
      ...(isAnswer ? { to, answeredAt: now } : { endedAt: now }),
    });
    return { kind: 'changed', call: stored.call };
  }

  async read(ref: CallRef): Promise<Call | null> {
    return this.#find(ref)?.call ?? null;
  }

  async settle(ref: CallRef, rev: number): Promise<void> {
    const stored = this.#find(ref);
    if (stored?.call.rev !== rev) return;
    const { state, ringsUntil } = stored.call;
    if (state === 'ringing') stored.dueAt = ringsUntil;
    else if (state === 'accepted') stored.dueAt = Date.now() + lookAfterMs;
    else stored.dueAt = Number.POSITIVE_INFINITY;
  }

  /** One process: whoever asks looks at everything. */
  async takeDue(): Promise<DueCall[]> {
    const now = Date.now();
    for (const [name, { keptUntil }] of this.#calls) if (keptUntil < now) this.#calls.delete(name);
    for (const [name, alias] of this.#aliases) {
      if (!this.#calls.has(alias)) this.#aliases.delete(name);
    }
    const due = [...this.#calls.values()].filter(({ dueAt }) => dueAt <= now);
    return due.map((stored) => {
      const { state, ringsUntil } = stored.call;
      const isNews = state === 'ringing' && ringsUntil <= now;
      if (isNews) this.#turn(stored, { state: 'missed', endedAt: now });
      else stored.dueAt = now + settleWithinMs;
      return { tenant: stored.ref.tenant, call: stored.call, isNews };
    });
  }

  async register(ref: CallRef, call: Call): Promise<void> {
    if ((this.#find(ref)?.call.rev ?? 0) >= call.rev) return;
    const now = Date.now();
    this.#calls.set(nameOf(ref), {
      ...{ ref, pair: pairOf(ref), call, dueAt: now + settleWithinMs },
      keptUntil: isCallOver(call.state) ? now + keepMs : Number.POSITIVE_INFINITY,
    });
  }

  async list({ tenant, cursor, limit }: ListCallsRequest): Promise<ListedCalls> {
    const after = cursor === null ? '' : parseCursor(cursor);
    const live = [...this.#calls]
      .filter(([, { ref, call }]) => ref.tenant === tenant && !isCallOver(call.state))
      .filter(([name]) => name > after)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const page = live.slice(0, limit);
    const last = page.at(-1);
    return {
      calls: page.map(([, { call }]) => call),
      cursor: live.length > limit && last ? Cursor.parse(`:${last[0]}`) : null,
    };
  }

  #find(ref: CallRef): StoredCall | undefined {
    const name = nameOf(ref);
    return this.#calls.get(this.#aliases.get(name) ?? name);
  }

  /** Those that ring or are accepted between the same two, the earliest first. */
  #liveBetween(ref: CallRef): StoredCall[] {
    const between = pairOf(ref);
    return [...this.#calls.values()].filter(
      ({ pair, call }) => pair === between && !isCallOver(call.state),
    );
  }

  /** Puts a call into a state, which both of its users have to be told of. */
  #turn(stored: StoredCall, change: Partial<Call> & Pick<Call, 'state'>): void {
    stored.call = { ...stored.call, ...change, rev: stored.call.rev + 1 };
    stored.dueAt = Date.now() + settleWithinMs;
    if (isCallOver(change.state)) stored.keptUntil = Date.now() + keepMs;
  }
}

const pairOf = ({ tenant, users }: CallRef): string => JSON.stringify([tenant, ...users]);

const nameOf = (ref: CallRef): string => JSON.stringify([pairOf(ref), ref.callId]);

/** A session that takes part in a call ends with it: ringing it hangs up, else it ends the call. */
function whatDropMeans(
  { state }: Call,
  own: string | undefined,
  by: string,
): 'cancel' | 'end' | null {
  if (own !== by || isCallOver(state)) return null;
  return state === 'ringing' ? 'cancel' : 'end';
}
