import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../measure/statistics.ts';
import type { Crowd } from './crowd.ts';

/** What became of the signals of one phase. */
export interface Delivered {
  readonly sent: number;
  readonly received: number;
  readonly seconds: number;
  /** From the moment of the sending call to that of the arrival, in milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly p999: number };
}

/** How long the last signals may take to arrive. */
const patienceMs = 3_000;

/** Sends through a crowd, and keeps book. */
class Book {
  readonly latencies: number[] = [];
  sent = 0;
  received = 0;
  readonly #sentAt: number[] = [];
  readonly #crowd: Crowd;
  readonly #first: number;

  constructor(crowd: Crowd, first: number) {
    this.#crowd = crowd;
    this.#first = first;
  }

  send(): void {
    this.#sentAt.push(performance.now());
    this.#crowd.send(this.#first + this.sent++);
  }

  receive(sequence: number): boolean {
    const sentAt = this.#sentAt[sequence - this.#first];
    if (sentAt === undefined) return false;
    this.latencies.push(performance.now() - sentAt);
    this.received += 1;
    return true;
  }

  close(seconds: number): Delivered {
    const sorted = Float64Array.from(this.latencies).sort();
    const [p50, p99, p999] = [0.5, 0.99, 0.999].map((share) => quantile(sorted, share));
    const latencyMs = { p50: p50 as number, p99: p99 as number, p999: p999 as number };
    return { sent: this.sent, received: this.received, seconds, latencyMs };
  }
}

/** Numbers its signals on from phase to phase, so that a late one is not taken for a later one. */
export class Generator {
  readonly #crowd: Crowd;
  #next = 0;

  constructor(crowd: Crowd) {
    this.#crowd = crowd;
  }

  /** So many signals a second, whatever becomes of them, sent every millisecond. */
  async atRate(perSecond: number, seconds: number): Promise<Delivered> {
    const book = this.#open();
    const startedAt = performance.now();
    for (;;) {
      const elapsed = performance.now() - startedAt;
      const due = Math.floor((Math.min(elapsed, seconds * 1_000) * perSecond) / 1_000);
      while (book.sent < due) book.send();
      if (elapsed >= seconds * 1_000) break;
      await delay(1);
    }
    return this.#settle(book, startedAt);
  }

  /** Always so many signals under way: whenever one arrives, the next one is sent. */
  async saturating(underWay: number, seconds: number): Promise<Delivered> {
    const book = this.#open();
    const startedAt = performance.now();
    const until = startedAt + seconds * 1_000;
    this.#crowd.onSignal = (sequence) => {
      if (book.receive(sequence) && performance.now() < until) book.send();
    };
    for (let index = 0; index < underWay; index++) book.send();
    await delay(seconds * 1_000);
    return this.#settle(book, startedAt);
  }

  #open(): Book {
    const book = new Book(this.#crowd, this.#next);
    this.#crowd.onSignal = (sequence) => book.receive(sequence);
    return book;
  }

  async #settle(book: Book, startedAt: number): Promise<Delivered> {
    const seconds = (performance.now() - startedAt) / 1_000;
    const until = performance.now() + patienceMs;
    while (book.received < book.sent && performance.now() < until) await delay(5);
    this.#next += book.sent;
    return book.close(seconds);
  }
}
