import type { CallAction, CallStore } from '@switchboard/core';
import { type Call, defaultTenant } from '@switchboard/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { type ModelCall, PairModel } from './call-model.ts';
import { changeBy, inviteRequest, refBetween } from './call-requests.ts';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';

/** `CALLS_SEED=<seed>` runs the same again. */
const seed = Number(process.env['CALLS_SEED'] ?? Date.now() % 2 ** 31);
const everything = { index: 0, of: 1 };

const pairs = [
  ['ada', 'bob'],
  ['ada', 'cy'],
  ['cy', 'bob'],
] as const;
const ids = ['c1', 'c2', 'c3', 'c4'] as const;

const about = {
  pair: fc.constantFrom(...pairs),
  /** Which of the two does it. */
  side: fc.constantFrom(0, 1),
  device: fc.constantFrom('phone', 'desk'),
  id: fc.constantFrom(...ids),
};
const moves = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        ...{ do: fc.constant('invite' as const), ...about },
        refuseIfBusy: fc.boolean(),
        isBusy: fc.oneof(...[true, false, false].map((each) => fc.constant(each))),
        ringMs: fc.constantFrom(1, 60_000),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        ...{ do: fc.constant('change' as const), ...about },
        action: fc.constantFrom<CallAction>('accept', 'reject', 'cancel', 'end', 'drop'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
  ),
  { minLength: 4, maxLength: 30, size: 'max' },
);
type Move = typeof moves extends fc.Arbitrary<(infer Each)[]> ? Each : never;

const visible = ({ callId, rev, state, from, to }: Call) => ({
  ...{ callId, rev, state, from: from.userId, fromPeer: from.peerId },
  ...{ to: to.userId, toPeer: to.peerId },
});
const foreseen = ({ rings: _, createdAt: __, ...call }: ModelCall) => call;

/** One sequence of commands, with users of its own. */
class Comparison {
  readonly #stores: readonly CallStore[];
  readonly #suffix: string;
  readonly #models = pairs.map((names) => ({ names, model: new PairModel() }));
  #count = 0;

  constructor(stores: readonly CallStore[], suffix: string) {
    this.#stores = stores;
    this.#suffix = suffix;
  }

  async make(move: Move): Promise<void> {
    if (move.do === 'wait') return this.#wait();
    const { pair, side, id, device } = move;
    const [user, other] = [pair[side] as string, pair[1 - side] as string].map(this.#user) as [
      string,
      string,
    ];
    const peer = `${user}'s ${device}`;
    const model = this.#modelOf(pair);
    if (move.do === 'invite') {
      const request = inviteRequest(user, other, id, { peer, ...move });
      const { kind, call } = await this.#store.invite(request);
      expect(kind).toBe(model.invite(request, call));
      expect(visible(call)).toEqual(foreseen(model.byId.get(id) as ModelCall));
    } else {
      const change = changeBy(user, move.action, peer);
      const outcome = await this.#store.change(refBetween(user, other, id), change);
      expect(outcome.kind, move.action).toBe(model.change(id, change));
    }
    await this.#compare(pair);
  }

  /** Those that have rung for long enough, once both of their users were told, are missed, once. */
  async #wait(): Promise<void> {
    const due = this.#models.flatMap(({ names, model }) =>
      model.live
        .filter(({ state, rings }) => state === 'ringing' && rings === 'briefly')
        .map((call) => ({ model, call, ref: refBetween(call.from, call.to, call.callId), names })),
    );
    for (const { ref, call } of due) await this.#store.settle(ref, call.rev);
    const missed: string[] = [];
    await waitUntil(
      async () => {
        const taken = await this.#store.takeDue(everything);
        for (const { call, isNews } of taken) if (isNews) missed.push(nameOf(call));
        return missed.length;
      },
      (count) => count >= due.length,
      { what: 'calls to be missed', intervalMs: 2 },
    );
    expect(missed.toSorted()).toEqual(
      due.map(({ call: { from, to, callId } }) => `${from} ${to} ${callId}`).toSorted(),
    );
    for (const { model, call } of due) model.miss(call);
    for (const pair of pairs) await this.#compare(pair);
  }

  /** Every id means what it should, from every node. */
  async #compare(pair: (typeof pairs)[number]): Promise<void> {
    const [first, second] = pair.map(this.#user) as [string, string];
    const model = this.#modelOf(pair);
    for (const id of ids) {
      const call = await this.#store.read(refBetween(first, second, id));
      const expected = model.byId.get(id);
      expect(call && visible(call), id).toEqual(expected ? foreseen(expected) : null);
    }
  }

  /** Those that ring or are accepted are listed, and no others. */
  async judge(): Promise<void> {
    const { calls } = await this.#store.list({ tenant: defaultTenant, cursor: null, limit: 1_000 });
    const own = calls.filter(({ from }) => from.userId.endsWith(this.#suffix));
    const live = this.#models.flatMap(({ model }) => model.live);
    expect(own.map(visible).toSorted(byName)).toEqual(live.map(foreseen).toSorted(byName));
    // Nothing of it is in the way of the next.
    for (const { from, to, callId, fromPeer, state } of live) {
      const action = state === 'ringing' ? 'cancel' : 'end';
      await this.#store.change(refBetween(from, to, callId), changeBy(from, action, fromPeer));
    }
  }

  readonly #user = (name: string): string => name + this.#suffix;

  #modelOf(pair: (typeof pairs)[number]): PairModel {
    return this.#models.find(({ names }) => names === pair)?.model as PairModel;
  }

  /** One node after the other. */
  get #store(): CallStore {
    this.#count += 1;
    return this.#stores[this.#count % this.#stores.length] as CallStore;
  }
}

const nameOf = ({ from, to, callId }: Call): string => `${from.userId} ${to.userId} ${callId}`;
type Named = Pick<ModelCall, 'from' | 'to' | 'callId'>;
const byName = (a: Named, b: Named) =>
  `${a.from} ${a.to} ${a.callId}` < `${b.from} ${b.to} ${b.callId}` ? -1 : 1;

/** Any sequence of commands comes to what a model of SPEC 14 says, which knows nothing of stores. */
export function callModelContract(createBackend: () => Promise<StateBackend>): void {
  test('SPEC 14.2, 14.3, 14.4, 14.6, 14.8: any sequence of commands comes to what is foreseen', async () => {
    console.info(`CALLS_SEED=${seed}`);
    await using backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    await n1.state.leases.take();
    let run = 0;
    const property = fc.asyncProperty(moves, async (sequence) => {
      run += 1;
      const comparison = new Comparison([n1.state.calls, n2.state.calls], ` ${run}`);
      for (const move of sequence) await comparison.make(move);
      await comparison.judge();
    });
    await fc.assert(property, { seed, numRuns: 100 });
  }, 60_000);
}
