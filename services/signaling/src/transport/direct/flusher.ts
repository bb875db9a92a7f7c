import type { Coalescing } from './coalescing.ts';

/** What has something to be written at the end of this turn of the event loop. */
export interface Flushable {
  flush(): void;
}

/**
 * Writes once a turn: what several messages of one turn have for one client goes out in one
 * system call, which costs more than all that was done to make the message.
 */
export class Flusher {
  readonly #coalescing: Coalescing;
  #waiting: Flushable[] = [];
  readonly #flush = () => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) each.flush();
  };

  constructor(coalescing: Coalescing) {
    this.#coalescing = coalescing;
  }

  add(line: Flushable): void {
    this.#coalescing.note();
    if (this.#waiting.push(line) === 1) setImmediate(this.#flush);
  }
}
