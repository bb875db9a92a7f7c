import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

/** How many of so many tries at one moment got a token. */
const grantedOf = (tries: number, bucket: TokenBucket, now: number): number =>
  Array.from({ length: tries }, () => bucket.take(now)).filter((wait) => wait === 0).length;

test('SPEC 2.7: as many as the burst come at once, and not one more', () => {
  const bucket = new TokenBucket({ perSecond: 250, burst: 500 }, 1_000);
  expect(grantedOf(600, bucket, 1_000)).toBe(500);
});

test('SPEC 2.7: in the long run come as many as the rate says', () => {
  const bucket = new TokenBucket({ perSecond: 250, burst: 500 }, 0);
  let granted = 0;
  for (let now = 0; now <= 60_000; now += 7) granted += grantedOf(20, bucket, now);
  expect(granted).toBeLessThanOrEqual(500 + 250 * 60);
  expect(granted).toBeGreaterThanOrEqual(500 + 250 * 60 - 2);
});

test('an hour of silence saves up no more than the burst', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 5 }, 0);
  expect(grantedOf(100, bucket, 3_600_000)).toBe(5);
});

test('SPEC 2.7: who waits as long as it was told to is let in, and who does not is not', () => {
  const bucket = new TokenBucket({ perSecond: 3, burst: 1 }, 0);
  expect(bucket.take(0)).toBe(0);
  const wait = bucket.take(0);
  expect(wait).toBe(334);
  expect(bucket.take(wait - 2)).toBeGreaterThan(0);
  expect(bucket.take(wait)).toBe(0);
});

test('being refused costs nothing', () => {
  const patient = new TokenBucket({ perSecond: 10, burst: 1 }, 0);
  const eager = new TokenBucket({ perSecond: 10, burst: 1 }, 0);
  patient.take(0);
  grantedOf(1_000, eager, 0);
  expect(patient.take(100)).toBe(0);
  expect(eager.take(100)).toBe(0);
});
