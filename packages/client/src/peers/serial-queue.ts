/** Runs tasks strictly one after another, in the order in which they were given. */
export class SerialQueue {
  readonly #onError: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param onError is told what a task throws; the tasks after it run all the same. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(task: () => Promise<void>): void {
    this.#last = this.#last
      .then(() => (this.#isClosed ? undefined : task()))
      .catch((error: unknown) => {
        // Work that was cut off by closing fails as a matter of course.
        if (!this.#isClosed) this.#onError(error);
      });
  }

  /** Tasks that have not begun never will. */
  close(): void {
    this.#isClosed = true;
  }
}
