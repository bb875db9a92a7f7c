import { describe, expect, it } from 'vitest';
import { waitUntil } from './wait-until.ts';

describe('waitUntil', () => {
  it('resolves with the first value that holds', async () => {
    let count = 0;
    const read = (): number => ++count;
    await expect(
      waitUntil(read, (value) => value === 3, { what: 'three', intervalMs: 1 }),
    ).resolves.toBe(3);
  });

  it('takes an error for "not yet"', async () => {
    let count = 0;
    const read = (): string => {
      if (++count < 3) throw new Error('too early');
      return 'here';
    };
    const here = waitUntil(read, () => true, { what: 'it', intervalMs: 1 });
    await expect(here).resolves.toBe('here');
  });

  it('names what it waited for and the last value', async () => {
    const never = waitUntil(
      () => ({ ready: 2 }),
      () => false,
      { what: 'three nodes', timeoutMs: 5 },
    );
    await expect(never).rejects.toThrow('waited 5 ms for three nodes; last value: { ready: 2 }');
  });

  it('names the last error', async () => {
    const never = waitUntil(
      () => Promise.reject(new Error('refused')),
      () => true,
      {
        what: 'an answer',
        timeoutMs: 5,
      },
    );
    await expect(never).rejects.toThrow('waited 5 ms for an answer; last error: refused');
  });

  it('ends early with the reason of its signal', async () => {
    const ended = new AbortController();
    const waiting = waitUntil(() => false, Boolean, { what: 'it', signal: ended.signal });
    ended.abort(new Error('it died'));
    await expect(waiting).rejects.toThrow('it died');
  });
});
