/**
 * How long a participant stays listed whom the first snapshot of a new incarnation lacks, in ms:
 * the nodes need that long to put a lost room together again.
 */
const patienceMs = 10_000;

/** Waits for those who are missing from a room that is being put together again. */
export class Reappearance {
  readonly #giveUp: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param giveUp is called when their time is over. */
  constructor(giveUp: () => void) {
    this.#giveUp = giveUp;
  }

  /** @param isAnybodyMissing as of now; every snapshot gives those who are another chance. */
  wait(isAnybodyMissing: boolean): void {
    this.stop();
    if (isAnybodyMissing) this.#timer = setTimeout(this.#giveUp, patienceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
