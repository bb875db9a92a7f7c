export interface Backoff {
  /** Most that the first wait can take, in ms. */
  readonly baseMs: number;
  /** Most that any wait can take, in ms. */
  readonly maxMs: number;
}

/**
 * How long to wait before trying again: half of a doubling span, and up to as much again at
 * random, so that clients which lost the same node do not come back all at once.
 *
 * @param attempt counts from 0.
 * @returns milliseconds.
 */
export function backoffMs(attempt: number, { baseMs, maxMs }: Backoff): number {
  const span = Math.min(maxMs, baseMs * 2 ** attempt);
  return (span / 2) * (1 + Math.random());
}

/** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
