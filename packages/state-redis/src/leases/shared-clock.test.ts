import { expect, test } from 'vitest';
import { SharedClock } from './shared-clock.ts';

/** By how much the clock of Redis is ahead of that of this process. */
const ahead = 1_700_000_000_000;

/** Redis is asked now, and says its time at some point of the way there and back. */
function ask(clock: SharedClock, { tripMs, saidAfterMs }: { tripMs: number; saidAfterMs: number }) {
  const askedAt = performance.now() - tripMs;
  clock.hear(askedAt + saidAfterMs + ahead, askedAt);
}

const mistake = (clock: SharedClock): number => Math.abs(clock.at(1_000) - (1_000 + ahead));

test('nothing is known before the first answer', () => {
  expect(new SharedClock().errorMs).toBe(Number.POSITIVE_INFINITY);
});

test.each([0, 3, 10, 20])(
  'it is wrong by what it says at most, said %i ms into 20',
  (saidAfterMs) => {
    const clock = new SharedClock();
    ask(clock, { tripMs: 20, saidAfterMs });
    expect(clock.errorMs).toBeGreaterThanOrEqual(10);
    expect(clock.errorMs).toBeLessThan(11);
    expect(mistake(clock)).toBeLessThanOrEqual(clock.errorMs + 0.01);
  },
);

test('of the last answers the quickest counts, until it is too old', () => {
  const clock = new SharedClock();
  ask(clock, { tripMs: 2, saidAfterMs: 1 });
  for (let count = 0; count < 7; count += 1) ask(clock, { tripMs: 100, saidAfterMs: 100 });
  expect(mistake(clock)).toBeLessThan(2);
  ask(clock, { tripMs: 100, saidAfterMs: 100 });
  expect(clock.errorMs).toBeGreaterThanOrEqual(50);
});
