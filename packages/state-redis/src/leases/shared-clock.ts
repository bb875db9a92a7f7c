import type { ClusterClock } from '@switchboard/core';

/** What Redis said the time was, and when on the clock of this process that may have been. */
interface Reading {
  /** To be added to a moment of this process. */
  readonly offsetMs: number;
  readonly errorMs: number;
}

/** Readings that are compared: at one every two seconds, a quarter of a minute. */
const kept = 8;

/**
 * The clock of Redis as Cristian's algorithm reads it: Redis said the time somewhere between the
 * question and its answer, so the middle is wrong by half of that at most. Of the last readings
 * the quickest counts. Two nodes beside one Redis agree to a fraction of a millisecond; what
 * quartz drifts in a quarter of a minute (below 1 ms) comes on top. After a failover to a machine
 * with another clock, measurements are off by the difference until the old readings are gone.
 */
export class SharedClock implements ClusterClock {
  #readings: Reading[] = [];
  #best: Reading = { offsetMs: 0, errorMs: Number.POSITIVE_INFINITY };

  get errorMs(): number {
    return this.#best.errorMs;
  }

  at(moment: number): number {
    // Rounded to what it can know, and so that it is short to send.
    return Math.round((moment + this.#best.offsetMs) * 100) / 100;
  }

  /**
   * @param nowMs as Redis said it in an answer that has just arrived.
   * @param askedAt when that was asked for, by `performance.now()`.
   */
  hear(nowMs: number, askedAt: number): void {
    const heardAt = performance.now();
    const reading = {
      offsetMs: nowMs - (askedAt + heardAt) / 2,
      errorMs: (heardAt - askedAt) / 2,
    };
    this.#readings = [...this.#readings.slice(1 - kept), reading];
    this.#best = this.#readings.reduce((best, each) => (each.errorMs < best.errorMs ? each : best));
  }
}
