/** Between attempts to read a room while the store is away. */
const rereadMs = 500;

export interface RoomReaderActions {
  /** Begins a reading, which resolves with what takes it over; null where there is none to do yet. */
  readonly begin: () => Promise<() => void> | null;
  /** Asked when a reading that was put off is due. */
  readonly isNeeded: () => boolean;
  /** Asked when the store did not answer: whether anybody still waits for it. */
  readonly isWanted: () => boolean;
}

/**
 * Sees to it that a room is read when changes of it may have been missed: one reading at a time,
 * tried until the store answers. An answer that may be from before the doubt does not count.
 */
export class RoomReader {
  readonly #actions: RoomReaderActions;
  #timer: NodeJS.Timeout | undefined;
  #isReading = false;
  /** Changes may have been missed without a trace, and no reading that began since has said. */
  #inDoubt = false;

  constructor(actions: RoomReaderActions) {
    this.#actions = actions;
  }

  get isReading(): boolean {
    return this.#isReading;
  }

  get inDoubt(): boolean {
    return this.#inDoubt;
  }

  /** What is being read does not count: it is read once more after that. */
  doubt(): void {
    this.#inDoubt = true;
  }

  /** Reads now, or once the present reading has ended. */
  read(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#inDoubt = true;
    if (this.#isReading) return;
    const reading = this.#actions.begin();
    if (!reading) return;
    this.#inDoubt = false;
    this.#isReading = true;
    reading.then(
      (takeOver) => {
        this.#isReading = false;
        takeOver();
        if (this.#inDoubt) this.read();
      },
      () => {
        this.#isReading = false;
        this.#inDoubt = true;
        if (this.#actions.isWanted()) this.readLater(rereadMs);
      },
    );
  }

  /** Reads after so many milliseconds, if it is still needed then. */
  readLater(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#inDoubt || this.#actions.isNeeded()) this.read();
    }, ms).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
