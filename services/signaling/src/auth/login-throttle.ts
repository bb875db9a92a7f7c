import { SignalingError } from '@switchboard/protocol';

/** Attempts that cost nothing: people mistype, and many of them can share an address. */
const freeAttempts = { name: 3, address: 20 } as const;
const firstDelayMs = 250;
const longestDelayMs = 8_000;
/** After so long without another one, attempts are forgotten. */
const memoryMs = 60_000;
/** Names and addresses remembered; beyond that the oldest are forgotten. */
const capacity = 10_000;

export interface Attempt {
  readonly name: string;
  readonly address: string;
}

interface Attempts {
  count: number;
  lastAt: number;
}

/**
 * Makes guessing slow: each login that has not succeeded makes the next one of the same name, and
 * of the same address, wait twice as long; what would wait longer than the longest is refused.
 * Attempts count from when they begin, so that many at once gain nothing.
 */
export class LoginThrottle {
  readonly #attempts = new Map<string, Attempts>();
  readonly #now: () => number;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Counts an attempt.
   *
   * @returns how long it has to wait, in ms.
   * @throws SignalingError `rate_limited`; it is not counted then.
   */
  begin(by: Attempt): number {
    const excess = sources.map((source) => {
      const attempts = this.#of(keyOf(source, by));
      return (attempts?.count ?? 0) - freeAttempts[source];
    });
    const delay = delayAfter(Math.max(...excess));
    if (delay > longestDelayMs) {
      throw new SignalingError('rate_limited', { retryAfterMs: memoryMs });
    }
    for (const source of sources) this.#count(keyOf(source, by));
    return delay;
  }

  /** Forgets all of the name, and this one of the address, which may be guessing other names. */
  succeed(by: Attempt): void {
    this.#attempts.delete(keyOf('name', by));
    const ofAddress = this.#of(keyOf('address', by));
    if (ofAddress) ofAddress.count = Math.max(0, ofAddress.count - 1);
  }

  #of(key: string): Attempts | undefined {
    const attempts = this.#attempts.get(key);
    return attempts && this.#now() - attempts.lastAt < memoryMs ? attempts : undefined;
  }

  #count(key: string): void {
    const count = (this.#of(key)?.count ?? 0) + 1;
    this.#attempts.delete(key);
    this.#attempts.set(key, { count, lastAt: this.#now() });
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size > capacity && oldest !== undefined) this.#attempts.delete(oldest);
  }
}

const sources = ['name', 'address'] as const;

const keyOf = (source: (typeof sources)[number], by: Attempt): string => `${source} ${by[source]}`;

const delayAfter = (excess: number): number => (excess < 0 ? 0 : firstDelayMs * 2 ** excess);
