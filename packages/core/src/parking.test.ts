import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Parking } from './parking.ts';

/** How long something waits at most, and how much may wait at once. */
const patienceMs = 1_000;
const capacity = 256;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A lot whose conditions are names that the test lets come true, and a log of who was called. */
function start() {
  const parking = new Parking();
  const fulfilled = new Set<string>();
  const calls: string[] = [];
  const park = (name: string, condition = name) =>
    parking.park(
      () => fulfilled.has(condition),
      (due) => calls.push(`${name} ${due ? 'goes' : 'is turned away'}`),
    );
  return { parking, fulfilled, calls, park };
}

test('what is due goes at the next release, in the order of arrival, and the rest stays', () => {
  const { parking, fulfilled, calls, park } = start();
  park('first', 'bob is here');
  park('second', 'cy is here');
  park('third', 'bob is here');
  fulfilled.add('bob is here');
  parking.release();
  expect(calls).toEqual(['first goes', 'third goes']);
  fulfilled.add('cy is here');
  parking.release();
  expect(calls).toEqual(['first goes', 'third goes', 'second goes']);
  expect(parking.isEmpty).toBe(true);
});

test('nothing is called twice', () => {
  const { parking, fulfilled, calls, park } = start();
  park('first');
  fulfilled.add('first');
  parking.release();
  parking.release();
  parking.clear();
  vi.advanceTimersByTime(10 * patienceMs);
  expect(calls).toEqual(['first goes']);
});

describe('what waits too long', () => {
  test('is turned away after a second of its own, and not earlier', () => {
    const { calls, park } = start();
    park('first');
    vi.advanceTimersByTime(400);
    park('second');
    vi.advanceTimersByTime(patienceMs - 401);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual(['first is turned away']);
    vi.advanceTimersByTime(399);
    expect(calls).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual(['first is turned away', 'second is turned away']);
  });

  test('leaves those alone that came after it had gone', () => {
    const { parking, fulfilled, calls, park } = start();
    park('first');
    fulfilled.add('first');
    vi.advanceTimersByTime(600);
    parking.release();
    park('second');
    vi.advanceTimersByTime(patienceMs - 1);
    expect(calls).toEqual(['first goes']);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual(['first goes', 'second is turned away']);
  });

  test('leaves no timer behind, and neither does what went or was cleared', () => {
    const { parking, fulfilled, park } = start();
    park('first');
    vi.advanceTimersByTime(patienceMs);
    expect(vi.getTimerCount()).toBe(0);
    park('second');
    fulfilled.add('second');
    parking.release();
    expect(vi.getTimerCount()).toBe(0);
    park('third');
    parking.clear();
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('a lot that is full turns the newcomer away at once, and keeps those who wait', () => {
  const { parking, fulfilled, calls, park } = start();
  for (let index = 0; index < capacity; index++) park(`${index}`, 'bob is here');
  expect(calls).toEqual([]);
  park('one too many', 'bob is here');
  expect(calls).toEqual(['one too many is turned away']);
  fulfilled.add('bob is here');
  parking.release();
  expect(calls.slice(1)).toEqual(Array.from({ length: capacity }, (_, index) => `${index} goes`));
});

test('clearing turns everything away, in order', () => {
  const { parking, calls, park } = start();
  park('first');
  park('second');
  parking.clear();
  expect(calls).toEqual(['first is turned away', 'second is turned away']);
  expect(parking.isEmpty).toBe(true);
});

test('what goes may park something again without being asked in the same release', () => {
  const { parking, fulfilled, calls, park } = start();
  parking.park(
    () => fulfilled.has('bob is here'),
    () => park('second', 'cy is here'),
  );
  fulfilled.add('bob is here');
  parking.release();
  expect(calls).toEqual([]);
  fulfilled.add('cy is here');
  parking.release();
  expect(calls).toEqual(['second goes']);
});
