import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface WaitOptions {
  /** What is waited for, as it should read in the error: `redis on port 20001 to answer`. */
  readonly what: string;
  /** Longest wait. Default 10,000 ms. */
  readonly timeoutMs?: number;
  /** Pause between two readings. Default 25 ms. */
  readonly intervalMs?: number;
  /** Ends the wait early with the signal's reason, for example because the process waited for has died. */
  readonly signal?: AbortSignal;
}

/**
 * Reads a value until `holds` accepts it, and resolves with that value.
 *
 * For conditions that announce themselves by no event (another process's port, a counter behind
 * HTTP). Where there is an event, wait for the event. A `read` that throws counts as "not yet".
 *
 * @throws {Error} after `timeoutMs`, naming `what` and the last value or error seen.
 */
export async function waitUntil<T>(
  read: () => T | Promise<T>,
  holds: (value: T) => boolean,
  options: WaitOptions,
): Promise<T> {
  const { what, timeoutMs = 10_000, intervalMs = 25, signal } = options;
  const deadline = performance.now() + timeoutMs;
  let last = 'nothing was read';
  for (;;) {
    signal?.throwIfAborted();
    try {
      const value = await read();
      if (holds(value)) return value;
      last = `last value: ${inspect(value, { depth: 4 })}`;
    } catch (error) {
      last = `last error: ${error instanceof Error ? error.message : inspect(error)}`;
    }
    if (performance.now() >= deadline) {
      throw new Error(`waited ${timeoutMs} ms for ${what}; ${last}`);
    }
    await delay(intervalMs, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}
