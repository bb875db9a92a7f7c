/**
 * Lets messages gather, as network cards do with their interrupts ("interrupt coalescing"). To be
 * woken by one message alone costs several times what the message does: by then the caches are
 * somebody else's. So a thread that has nothing more to do, and had something to do a moment ago,
 * sleeps for some milliseconds instead of waiting for the very next message, and finds several.
 *
 * It sleeps only where it would have waited, behind everything that is to be written, and not when
 * messages come further apart than it would sleep: a node with little to do answers at once, and
 * so does one with so much that there is always something to do. What it costs is latency: up to
 * that time for what arrives meanwhile, timers and new connections included.
 */
export class Coalescing {
  readonly #ms: number;
  readonly #sleep: (ms: number) => void;
  readonly #now: () => number;
  #hasWorked = false;
  #isWatching = false;
  /** Since when it was without work, the last time; sleep counts as work. */
  #idleSince = Number.NEGATIVE_INFINITY;

  /**
   * @param ms how long to sleep; 0: not at all.
   * @param by what sleeps and what tells the time, in milliseconds.
   */
  constructor(ms: number, { sleep = sleepThread, now = performance.now.bind(performance) } = {}) {
    this.#ms = ms;
    this.#sleep = sleep;
    this.#now = now;
  }

  /** A message has come in, or goes out. */
  note(): void {
    this.#hasWorked = true;
    if (this.#isWatching || this.#ms === 0) return;
    this.#isWatching = true;
    setImmediate(this.#watch);
  }

  /**
   * Called at the end of every turn of the event loop, up to the first that brings nothing: what
   * the turns before it had to write, at their ends, has been written by then.
   */
  readonly #watch = () => {
    if (this.#hasWorked) {
      this.#hasWorked = false;
      setImmediate(this.#watch);
      return;
    }
    this.#isWatching = false;
    if (this.#now() - this.#idleSince < this.#ms) this.#sleep(this.#ms);
    this.#idleSince = this.#now();
  };
}

/** Nobody ever wakes who waits for this. */
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** The whole thread, and with it the event loop. */
function sleepThread(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}
