import type { PeerId } from '@switchboard/protocol';
import type { RoomEvents } from './room.ts';

type Signal = RoomEvents['signal'];

/** Signals kept for a handler that is not there yet; the oldest goes first. */
const capacity = 256;

/**
 * Keeps signals until somebody listens: an offer can arrive in the same task as the answer to
 * `room:join`, before the code that awaits the answer has run.
 */
export class EarlySignals {
  readonly #deliver: (signal: Signal) => void;
  #kept: Signal[] = [];
  #isOpen = false;

  constructor(deliver: (signal: Signal) => void) {
    this.#deliver = deliver;
  }

  push(signal: Signal): void {
    if (this.#isOpen) {
      this.#deliver(signal);
      return;
    }
    this.#kept.push(signal);
    if (this.#kept.length > capacity) this.#kept.shift();
  }

  /** Somebody who has left will not be answered any more. */
  forget(peerId: PeerId): void {
    this.#kept = this.#kept.filter(({ from }) => from !== peerId);
  }

  /** Somebody listens: lets go of what is kept, in a moment, in order, before what comes later. */
  open(): void {
    queueMicrotask(() => {
      this.#isOpen = true;
      for (const signal of this.#kept.splice(0)) this.#deliver(signal);
    });
  }
}
