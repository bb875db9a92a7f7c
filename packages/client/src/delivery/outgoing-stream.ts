import type { JsonValue, SignalKind } from '@switchboard/protocol';
import { SwitchboardError } from '../errors.ts';

/** Signals kept until they are acknowledged; more are refused, so that memory stays bounded. */
const capacity = 256;
/** Sent again at once, of those that wait: enough to fill a path, too little to flood one. */
const resentAtOnce = 32;
const resendMs = { first: 1_000, most: 8_000 };

/** A signal with its place in the stream. */
export interface Numbered {
  readonly number: number;
  readonly kind: SignalKind;
  readonly data: JsonValue;
}

interface Waiting extends Numbered {
  readonly resolve: () => void;
  readonly reject: (error: SwitchboardError) => void;
}

/**
 * What one instance sends to another: numbered from 1, kept until acknowledged, sent again on a
 * timer that doubles, and at once when the way may be open again.
 */
export class OutgoingStream {
  readonly #transmit: (signal: Numbered) => void;
  readonly #waiting: Waiting[] = [];
  #next = 1;
  #delayMs = resendMs.first;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onFull: () => void;
  /** Whether it has been said that too many wait, and none has arrived since. */
  #isFull = false;

  /**
   * @param transmit sends a signal on its way, without knowing whether it arrives.
   * @param onFull called when one is refused because too many wait, and not again until some of
   * them have arrived.
   */
  constructor(transmit: (signal: Numbered) => void, onFull: () => void) {
    this.#transmit = transmit;
    this.#onFull = onFull;
  }

  /**
   * Sends a signal. Resolves when the receiver has it.
   *
   * @throws SwitchboardError `queue_full` when too many wait already; `peer_gone` when it cannot arrive
   * any more; the code of the refusal when the cluster will not take it.
   */
  send(kind: SignalKind, data: JsonValue): Promise<void> {
    if (this.#waiting.length >= capacity) {
      if (!this.#isFull) this.#onFull();
      this.#isFull = true;
      return Promise.reject(SwitchboardError.local('queue_full'));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { number: this.#next, kind, data, resolve, reject };
    this.#next += 1;
    this.#waiting.push(waiting);
    this.#transmit(waiting);
    this.#timer ??= this.#startTimer();
    return promise;
  }

  /** Everything up to this number has arrived. */
  acknowledge(number: number): void {
    const isProgress = (this.#waiting[0]?.number ?? Number.POSITIVE_INFINITY) <= number;
    if (!isProgress) return;
    this.#isFull = false;
    while (this.#waiting[0] && this.#waiting[0].number <= number) this.#waiting.shift()?.resolve();
    this.#delayMs = resendMs.first;
    this.#stopTimer();
    if (this.#waiting.length > 0) this.#timer = this.#startTimer();
  }

  /**
   * The cluster will never take this signal. Its number is sent empty instead, so that the
   * receiver does not wait for it.
   */
  skip(number: number, error: SwitchboardError): void {
    const index = this.#waiting.findIndex((each) => each.number === number);
    const refused = this.#waiting[index];
    // Should even the empty one be refused, the timer is what tries again.
    if (!refused || refused.kind === 'ack') return;
    refused.reject(error);
    const empty: Waiting = { ...refused, kind: 'ack', data: null };
    this.#waiting[index] = empty;
    this.#transmit(empty);
  }

  /** The way may be open again: what waits is sent without waiting any longer. */
  resend(): void {
    for (const waiting of this.#waiting.slice(0, resentAtOnce)) this.#transmit(waiting);
    this.#stopTimer();
    if (this.#waiting.length > 0) this.#timer = this.#startTimer();
  }

  /** The receiver is gone for good, or has begun anew. */
  close(error: SwitchboardError): void {
    this.#stopTimer();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #startTimer(): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      this.#delayMs = Math.min(this.#delayMs * 2, resendMs.most);
      this.resend();
    }, this.#delayMs);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
