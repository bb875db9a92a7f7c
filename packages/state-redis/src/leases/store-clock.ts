/**
 * What time it is for Redis, by what it last said and by how long that was ago. Always a little
 * behind, by as long as an answer takes, and never ahead.
 */
export class StoreClock {
  /** Until it has said something, nothing is ever late. */
  #said = Number.POSITIVE_INFINITY;
  #heardAt = 0;

  /** @param nowMs as Redis said it in an answer that has just arrived. */
  hear(nowMs: number): void {
    this.#said = nowMs;
    this.#heardAt = performance.now();
  }

  /** When so many milliseconds will have passed, in epoch milliseconds, for a script to compare. */
  in(ms: number): number {
    const then = this.#said + (performance.now() - this.#heardAt) + ms;
    return Math.floor(Math.min(then, Number.MAX_SAFE_INTEGER));
  }
}
