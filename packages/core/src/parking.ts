/** How long something waits. */
const patienceMs = 1_000;
/** How much may wait at once. */
const capacity = 256;

interface Parked {
  readonly isDue: () => boolean;
  readonly until: number;
  readonly go: (due: boolean) => void;
}

/**
 * What waits for a condition, in order of arrival. Everything parked is called exactly once:
 * with true when its condition was found to hold, with false when that took too long or too
 * much was waiting already.
 */
export class Parking {
  #parked: Parked[] = [];
  #timer: NodeJS.Timeout | undefined;

  get isEmpty(): boolean {
    return this.#parked.length === 0;
  }

  park(isDue: () => boolean, go: (due: boolean) => void): void {
    if (this.#parked.length >= capacity) {
      go(false);
      return;
    }
    this.#parked.push({ isDue, until: performance.now() + patienceMs, go });
    this.#timer ??= this.#startTimer(patienceMs);
  }

  /** Lets go of everything whose condition holds now. */
  release(): void {
    if (this.#parked.length === 0) return;
    const due: Parked[] = [];
    this.#parked = this.#parked.filter((parked) => {
      if (!parked.isDue()) return true;
      due.push(parked);
      return false;
    });
    this.#stopTimerIfEmpty();
    for (const { go } of due) go(true);
  }

  /** Turns everything away. */
  clear(): void {
    const parked = this.#parked;
    this.#parked = [];
    this.#stopTimerIfEmpty();
    for (const { go } of parked) go(false);
  }

  /** All wait equally long, so the first in the list is the first to have waited enough. */
  #turnAway(): void {
    this.#timer = undefined;
    const now = performance.now();
    const expired = this.#parked.filter(({ until }) => until <= now);
    this.#parked = this.#parked.filter(({ until }) => until > now);
    const next = this.#parked[0];
    if (next) this.#timer = this.#startTimer(next.until - now);
    for (const { go } of expired) go(false);
  }

  #startTimer(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#turnAway(), Math.ceil(ms)).unref();
  }

  #stopTimerIfEmpty(): void {
    if (this.#parked.length > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
