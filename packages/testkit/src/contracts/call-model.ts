import type {
  CallAction,
  CallChange,
  ChangeOutcome,
  InviteOutcome,
  InviteRequest,
} from '@switchboard/core';
import type { CallState } from '@switchboard/protocol';

/** What of a call a model foresees. */
export interface ModelCall {
  readonly callId: string;
  readonly from: string;
  readonly fromPeer: string;
  readonly to: string;
  readonly rings: 'briefly' | 'long';
  /** As the store says: which of two calls is the earlier one. */
  readonly createdAt: number;
  toPeer: string | undefined;
  state: CallState;
  rev: number;
}

const answers: Readonly<
  Record<Exclude<CallAction, 'drop'>, { by: 'from' | 'to' | 'both'; in: CallState; to: CallState }>
> = {
  accept: { by: 'to', in: 'ringing', to: 'accepted' },
  reject: { by: 'to', in: 'ringing', to: 'rejected' },
  cancel: { by: 'from', in: 'ringing', to: 'cancelled' },
  end: { by: 'both', in: 'accepted', to: 'ended' },
};

/** What the calls between two users come to, told one command after the other (SPEC 14). */
export class PairModel {
  readonly #calls = new Map<string, ModelCall>();

  /** By every id that means one. */
  get byId(): ReadonlyMap<string, ModelCall> {
    return this.#calls;
  }

  get live(): ModelCall[] {
    const calls = new Set(this.#calls.values());
    return [...calls].filter(({ state }) => state === 'ringing' || state === 'accepted');
  }

  /** @param made what the store made of it; of calls of one moment it may take any. */
  invite(
    { ref, from, to, refuseIfBusy, isBusy, ringMs }: InviteRequest,
    made: Pick<InviteOutcome, 'call'>['call'],
  ): InviteOutcome['kind'] {
    if (this.#calls.has(ref.callId)) return 'known';
    const counters = this.live.filter((call) => call.state === 'ringing' && call.from === to);
    const earliest = Math.min(...counters.map(({ createdAt }) => createdAt));
    const first = counters.filter(({ createdAt }) => createdAt === earliest);
    const met = first.find(({ callId }) => callId === made.callId) ?? first[0];
    if (met) {
      this.#calls.set(ref.callId, met);
      this.#turn(met, 'accepted');
      met.toPeer = from.peerId;
      return 'met';
    }
    const isRefused =
      refuseIfBusy && (isBusy || this.live.some(({ state }) => state === 'accepted'));
    this.#calls.set(ref.callId, {
      ...{ callId: ref.callId, from: from.userId, fromPeer: from.peerId, to },
      ...{ rings: ringMs < 1_000 ? 'briefly' : 'long', createdAt: made.createdAt },
      ...{ toPeer: undefined, state: isRefused ? 'busy' : 'ringing', rev: 1 },
    });
    return 'made';
  }

  change(callId: string, { action, by }: CallChange): ChangeOutcome['kind'] {
    const call = this.#calls.get(callId);
    if (!call) return 'absent';
    const side = by.userId === call.from ? 'from' : 'to';
    const own = side === 'from' ? call.fromPeer : call.toPeer;
    if (action === 'drop' && (own !== by.peerId || !this.live.includes(call))) return 'refused';
    const hangUp = call.state === 'ringing' ? 'cancel' : 'end';
    const { by: whose, in: before, to: after } = answers[action === 'drop' ? hangUp : action];
    if (whose !== 'both' && whose !== side) return 'refused';
    if (call.state === after && (after !== 'accepted' || call.toPeer === by.peerId)) {
      return 'repeated';
    }
    if (call.state !== before) return 'refused';
    this.#turn(call, after);
    if (after === 'accepted') call.toPeer = by.peerId;
    return 'changed';
  }

  /** Nobody has answered for too long. */
  miss(call: ModelCall): void {
    this.#turn(call, 'missed');
  }

  #turn(call: ModelCall, state: CallState): void {
    call.state = state;
    call.rev += 1;
  }
}
