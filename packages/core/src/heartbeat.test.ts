import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Heartbeat, type HeartbeatActions } from './heartbeat.ts';
import type { Observer } from './ports/observer.ts';
import type { LeaseStore, NodeReport, RenewOutcome } from './ports/session-store.ts';

const leaseMs = 6_000;
/** As long as a node renews without a gap before it judges others. */
const apprenticeshipMs = 8_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const renewed = (meanLoad: number): RenewOutcome => ({
  ...{ kind: 'renewed', share: { index: 0, of: 1 }, expired: [], dataLost: false, meanLoad },
});

/** A heartbeat whose store answers as it is told, or not at all. */
async function open() {
  const store: { answer: RenewOutcome | null } = { answer: renewed(7) };
  const leases = {
    leaseMs,
    take: () => Promise.resolve(),
    renew: () => (store.answer ? Promise.resolve(store.answer) : Promise.reject(new Error('away'))),
    release: () => Promise.resolve(),
  } as unknown as LeaseStore;
  const actions: HeartbeatActions = {
    onFrozen: vi.fn(),
    onUsurped: vi.fn(),
    requestAll: vi.fn(),
    report: () => ({}) as NodeReport,
    isPressing: () => false,
    afterRenewal: () => Promise.resolve(),
    compare: () => Promise.resolve(),
    expire: () => Promise.resolve(),
  };
  const heartbeat = new Heartbeat({ leases, observer: {} as Observer, actions });
  await heartbeat.open();
  return { heartbeat, store };
}

test('the mean load is known once others have had the time to say theirs', async () => {
  const { heartbeat } = await open();
  await vi.advanceTimersByTimeAsync(apprenticeshipMs - 1_000);
  expect(heartbeat.meanLoad).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(heartbeat.meanLoad).toBe(7);
});

test('after a gap the mean load is made of old figures, and not known for as long', async () => {
  const { heartbeat, store } = await open();
  await vi.advanceTimersByTimeAsync(2 * apprenticeshipMs);
  store.answer = null;
  await vi.advanceTimersByTimeAsync(2_500);
  expect(heartbeat.meanLoad).toBeUndefined();
  store.answer = renewed(3);
  await vi.advanceTimersByTimeAsync(apprenticeshipMs - 1_000);
  expect(heartbeat.meanLoad).toBeUndefined();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(heartbeat.meanLoad).toBe(3);
});
