/** How many messages may come: `burst` at once, and `perSecond` in the long run. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * A token bucket without a timer: it is refilled when it is asked.
 */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #refilledAt: number;

  /** @param now milliseconds on a clock that never goes back. */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#refilledAt = now;
  }

  /** Whether it is as it was made. */
  isFull(now: number): boolean {
    const { perSecond, burst } = this.#rate;
    return this.#tokens + ((now - this.#refilledAt) * perSecond) / 1000 >= burst;
  }

  /** Takes one token. @returns 0, or the milliseconds until there will be one. */
  take(now: number): number {
    const { perSecond, burst } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#refilledAt) * perSecond) / 1000);
    this.#refilledAt = now;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.ceil(((1 - this.#tokens) * 1000) / perSecond);
  }
}
