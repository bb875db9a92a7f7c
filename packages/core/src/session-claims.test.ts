import { SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { envelope, openCore } from '../test/open-core.ts';
import { connect, graceMs, resume } from '../test/resume-session.ts';
import { node, peer, profile, stateOf } from '../test/samples.ts';
import type { ClaimOutcome } from './index.ts';

/** Within this time a session in doubt is compared with the store. */
const reconciledMs = 500;
const withBob = stateOf(2, ['bob@1@n2', 'ada@2']);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A core whose claims are answered when and as the test says, in the order of the calls. */
async function openClaiming() {
  const opened = await openCore();
  const claims: PromiseWithResolvers<ClaimOutcome>[] = [];
  vi.spyOn(opened.store, 'claim').mockImplementation(() => {
    const claim = Promise.withResolvers<ClaimOutcome>();
    claims.push(claim);
    return claim.promise;
  });
  return {
    ...opened,
    answer: (call: number, epoch: number) =>
      claims[call]?.resolve({
        ...{ kind: 'claimed', epoch, previousNode: node('n1'), graceMs, profile, rooms: [] },
      }),
    lose: (call: number) => claims[call]?.reject(new SignalingError('unavailable')),
    /** What the bus says of a claim that was carried out. */
    fence: (epoch: number, by: string) =>
      opened.handler.onFenced({ peerId: peer('ada'), epoch, node: node(by) }),
  };
}

describe('SPEC 5.6: of connections that claim a session at once, the last to claim has it', () => {
  test('whatever the order in which the claims are answered', async () => {
    const opened = await openClaiming();
    const [first, second] = [resume(opened, 'ada'), resume(opened, 'ada')];
    opened.answer(1, 3);
    const last = await second;
    opened.answer(0, 2);
    expect(await first).toEqual({ kind: 'replaced' });
    if (last.kind !== 'resumed') throw new Error('the session was not resumed');
    expect([last.session.binding.epoch, last.session.isClosed]).toEqual([3, false]);
    expect(opened.core.sessionCount).toBe(1);
  });

  test('also when it is another node, of which the bus tells before the answer comes', async () => {
    const opened = await openClaiming();
    const outcome = resume(opened, 'ada');
    opened.fence(3, 'n2');
    opened.answer(0, 2);
    expect(await outcome).toEqual({ kind: 'replaced' });
    expect(opened.core.sessionCount).toBe(0);
  });

  test('and not who was told of an earlier claim than its own', async () => {
    const opened = await openClaiming();
    const outcome = resume(opened, 'ada');
    opened.fence(2, 'n2');
    opened.answer(0, 3);
    expect(await outcome).toMatchObject({ kind: 'resumed' });
    expect(opened.core.sessionCount).toBe(1);
  });
});

describe('SPEC 5.6: a connection that has just resumed is overtaken by another node', () => {
  /** ada has resumed under epoch 3, and n2 claims the session so long after that. */
  async function overtake({ lastEpoch, afterMs }: { lastEpoch: number; afterMs: number }) {
    const opened = await openClaiming();
    const outcome = resume(opened, 'ada', lastEpoch);
    opened.answer(0, 3);
    const resumed = await outcome;
    if (resumed.kind !== 'resumed') throw new Error('the session was not resumed');
    const { told } = connect(resumed.session);
    await vi.advanceTimersByTimeAsync(afterMs);
    opened.fence(4, 'n2');
    return told.at(-1);
  }

  test('its client comes back: that may have been an attempt which it had given up', async () => {
    expect(await overtake({ lastEpoch: 2, afterMs: 1_500 })).toBe('closed: reconnect');
  });

  test.each([
    ['later than any attempt lasts', { lastEpoch: 2, afterMs: 3_000 }],
    ['having come from another binding than the last', { lastEpoch: 1, afterMs: 0 }],
    ['having said nothing of its last binding', { lastEpoch: 0, afterMs: 0 }],
  ])('its client stays away, when it is overtaken %s', async (_, options) => {
    expect(await overtake(options)).toBe('closed: replaced');
  });
});

describe('a node hears on the bus of a claim that is its own', () => {
  test('before the answer: what is kept for the client until then is not lost', async () => {
    const opened = await openClaiming();
    const { core, handler, settled, enter } = opened;
    const former = await enter('ada', withBob);
    void core.connectionLost(former);
    const outcome = resume(opened, 'ada');
    opened.fence(2, 'n1');
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
    opened.answer(0, 2);
    const resumed = await outcome;
    await settled();
    if (resumed.kind !== 'resumed') throw new Error('the session was not resumed');
    expect(connect(resumed.session).told).toEqual(['signal']);
    expect(former.isClosed).toBe(true);
  });

  test('after it has given up waiting: the session goes on under the epoch that is stored', async () => {
    const opened = await openClaiming();
    const { core, store, enter, toldTo } = opened;
    const former = await enter('ada', withBob);
    const outcome = resume(opened, 'ada');
    opened.lose(0);
    const resumed = await outcome;
    if (resumed.kind !== 'resumed') throw new Error('the session was not resumed');
    const { told } = connect(resumed.session);
    store.registered = { raisedTo: 2 };
    opened.fence(2, 'n1');
    await vi.advanceTimersByTimeAsync(reconciledMs);
    store.registered = 'registered';
    await vi.advanceTimersByTimeAsync(4 * reconciledMs);
    expect(core.sessionCount).toBe(1);
    expect(resumed.session).toBe(former);
    expect(former.binding).toEqual({ peerId: 'ada', node: 'n1', epoch: 2 });
    expect(store.calls.filter((call) => call.startsWith('register ada')).length).toBeGreaterThan(1);
    // Its former connection was replaced when it came back, and the present one never.
    expect(toldTo('ada')).toEqual(['closed: replaced']);
    expect(told).not.toContain('closed: replaced');
  });
});

test('rule 7: a session that was let go of has nothing carried out that was on its way', async () => {
  const { core, enter } = await openCore();
  const ada = await enter('ada', withBob);
  expect(core.mayHandle(ada)).toBe(true);
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 9_000);
  // The process wakes, and what it handles first may be anybody's.
  expect(core.mayHandle(ada)).toBe(false);
  expect(core.mayHandle(ada)).toBe(false);
  expect(core.sessionCount).toBe(0);
  vi.restoreAllMocks();
});
