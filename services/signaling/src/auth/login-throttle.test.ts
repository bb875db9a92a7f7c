import { expect, test } from 'vitest';
import { LoginThrottle } from './login-throttle.ts';

const from = (address: string, name: string) => ({ address, name });

test('each wrong attempt of a name waits twice as long as the one before, to the longest', () => {
  const throttle = new LoginThrottle(() => 0);
  const delays = Array.from({ length: 9 }, (_, index) => throttle.begin(from(`a${index}`, 'ada')));
  expect(delays).toEqual([0, 0, 0, 250, 500, 1_000, 2_000, 4_000, 8_000]);
  expect(() => throttle.begin(from('b', 'ada'))).toThrow('Too many');
  expect(throttle.begin(from('b', 'bob'))).toBe(0);
});

test('an address that tries many names waits as well', () => {
  const throttle = new LoginThrottle(() => 0);
  const delays = Array.from({ length: 22 }, (_, index) => throttle.begin(from('a', `n${index}`)));
  expect(delays.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 0));
  expect(delays.slice(20)).toEqual([250, 500]);
});

test('a success forgets the name, and its own attempt of the address', () => {
  const throttle = new LoginThrottle(() => 0);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    expect(throttle.begin(from('a', 'ada'))).toBe(0);
    throttle.succeed(from('a', 'ada'));
  }
});

test('attempts are forgotten a minute after the last', () => {
  let now = 0;
  const throttle = new LoginThrottle(() => now);
  for (let attempt = 0; attempt < 5; attempt += 1) throttle.begin(from('a', 'ada'));
  now = 59_999;
  expect(throttle.begin(from('a', 'ada'))).toBe(1_000);
  now += 60_000;
  expect(throttle.begin(from('a', 'ada'))).toBe(0);
});
