import type { StoredState } from './stored-state.ts';

/** Between two looks. */
const everyMs = 50;

/** Watches how full rooms are in Redis, for as long as it is not disposed. */
export class CrowdingWatch implements AsyncDisposable {
  readonly #stored: StoredState;
  readonly #watching: Promise<void>;
  #most = 0;
  #isOver = false;

  constructor(stored: StoredState) {
    this.#stored = stored;
    this.#watching = this.#watch();
  }

  /** The most participants that any room was seen with. */
  get most(): number {
    return this.#most;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      // While Redis is away there is nothing to see.
      const rosters = await this.#stored.rosters().catch(() => new Map<string, string[]>());
      for (const roster of rosters.values()) this.#most = Math.max(this.#most, roster.length);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
