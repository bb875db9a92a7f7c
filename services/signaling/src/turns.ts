/** What has something to be written. */
export interface Flushable {
  flush(): void;
}

/** What is written in a turn to more than so many has come in batches large enough. */
const crowd = 16;

/**
 * The ends of the turns of the event loop: whatever is to be written is written there, once. What
 * several messages of one turn have for one client or node goes out in one system call, which costs
 * more than all that was done to make the message.
 *
 * Then signals are let gather, as network cards do with their interrupts ("interrupt coalescing").
 * To be woken by one signal alone costs several times what the signal does: by then the caches are
 * somebody else's. So after a turn with signals that comes close behind another the thread sleeps
 * for some milliseconds, instead of waiting for the very next one, and finds several. It does not
 * when such turns come further apart than that, so that a node with little to do answers at once;
 * nor after turns with a lot to write, so that a node can do no less than without. What it costs is
 * latency: up to that time for what arrives meanwhile, timers and new connections included.
 */
export class Turns {
  readonly #coalesceMs: number;
  readonly #sleep: (ms: number) => void;
  readonly #now: () => number;
  #waiting: Flushable[] = [];
  #hasSignals = false;
  /** The last turn with signals, its sleep included. */
  #endedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param coalesceMs how long to sleep; 0: not at all.
   * @param by what sleeps and what tells the time, in milliseconds.
   */
  constructor(
    coalesceMs: number,
    { sleep = sleepThread, now = performance.now.bind(performance) } = {},
  ) {
    this.#coalesceMs = coalesceMs;
    this.#sleep = sleep;
    this.#now = now;
  }

  /** Has it flushed at the end of this turn. */
  add(flushable: Flushable): void {
    if (this.#waiting.push(flushable) === 1) setImmediate(this.#end);
  }

  /** A signal has been passed on in this turn. */
  noteSignal(): void {
    this.#hasSignals = true;
  }

  readonly #end = () => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) each.flush();
    if (!this.#hasSignals || this.#coalesceMs === 0) return;
    this.#hasSignals = false;
    const isClose = this.#now() - this.#endedAt < this.#coalesceMs;
    if (isClose && waiting.length <= crowd) this.#sleep(this.#coalesceMs);
    this.#endedAt = this.#now();
  };
}

/** Nobody ever wakes who waits for this. */
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** The whole thread, and with it the event loop. */
function sleepThread(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}
