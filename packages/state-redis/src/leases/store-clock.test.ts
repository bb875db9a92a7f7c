import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StoreClock } from './store-clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('goes on from what Redis said last', () => {
  const clock = new StoreClock();
  clock.hear(1_000_000);
  expect(clock.in(1_500)).toBe(1_001_500);
  vi.advanceTimersByTime(250);
  expect(clock.in(1_500)).toBe(1_001_750);
  clock.hear(2_000_000);
  expect(clock.in(0)).toBe(2_000_000);
});

test('says a number that a script can compare, and that never comes, until it has heard one', () => {
  expect(new StoreClock().in(1_500)).toBe(Number.MAX_SAFE_INTEGER);
});
