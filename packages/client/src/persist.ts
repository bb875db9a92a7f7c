import { backoffMs, pause } from './backoff.ts';
import { SwitchboardError } from './errors.ts';

const backoff = { baseMs: 500, maxMs: 4_000 } as const;

export interface Persistence {
  /** Nobody wants it any more when this aborts. */
  readonly signal: AbortSignal;
  /** How long to go on, in ms; for ever unless said. */
  readonly patienceMs?: number;
}

/**
 * Does again what may be repeated without harm, until it succeeds, is refused for good, or there
 * is no patience left: then what went wrong last is thrown.
 *
 * @throws SwitchboardError `closed` when `signal` aborts.
 */
export async function persist<T>(
  attempt: () => Promise<T>,
  { signal, patienceMs = Number.POSITIVE_INFINITY }: Persistence,
): Promise<T> {
  const givenUpAt = performance.now() + patienceMs;
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof SwitchboardError) || !error.retryable) throw error;
      if (performance.now() >= givenUpAt) throw error;
      await pause(error.retryAfterMs ?? backoffMs(failures, backoff), signal);
      if (signal.aborted) throw SwitchboardError.local('closed', { cause: error });
    }
  }
}
