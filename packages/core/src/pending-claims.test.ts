import { expect, test } from 'vitest';
import { peer } from '../test/samples.ts';
import { PendingClaims } from './pending-claims.ts';

const [ada, bob] = [peer('ada'), peer('bob')];

test('a claim keeps the highest epoch that was heard since it began', () => {
  const claims = new PendingClaims();
  claims.hear(ada, 9);
  using claim = claims.begin(ada);
  expect(claim.claimedAt).toBe(0);
  for (const epoch of [2, 4, 3]) claims.hear(ada, epoch);
  claims.hear(bob, 7);
  expect(claim.claimedAt).toBe(4);
});

test('of several claims of one session each hears what comes after it', () => {
  const claims = new PendingClaims();
  using first = claims.begin(ada);
  claims.hear(ada, 2);
  using second = claims.begin(ada);
  claims.hear(ada, 3);
  expect([first.claimedAt, second.claimedAt]).toEqual([3, 3]);
  using third = claims.begin(ada);
  expect([first.claimedAt, third.claimedAt]).toEqual([3, 0]);
});

test('a session is waited for until the last of its claims has been taken in', () => {
  const claims = new PendingClaims();
  const [first, second] = [claims.begin(ada), claims.begin(ada)];
  first[Symbol.dispose]();
  expect([claims.has(ada), claims.has(bob)]).toEqual([true, false]);
  second[Symbol.dispose]();
  expect(claims.has(ada)).toBe(false);
  claims.hear(ada, 5);
  expect(second.claimedAt).toBe(0);
});
