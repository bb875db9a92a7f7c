import type { Delivery, JsonValue, SignalKind } from '@switchboard/protocol';
import { SwitchboardError } from '../errors.ts';
import { IncomingStream } from './incoming-stream.ts';
import { type Numbered, OutgoingStream } from './outgoing-stream.ts';

/** An acknowledgement rides on a signal the other way, or goes alone after this long. */
const ackDelayMs = 250;

/** A signal as it goes to the cluster. */
export interface OutgoingSignal {
  readonly kind: SignalKind;
  readonly data: JsonValue;
  readonly delivery: Delivery;
}

export interface PeerStreamOptions {
  /** This page load's instance. */
  readonly own: string;
  /** The other side's. */
  readonly other: string;
  /** Hands a signal to the cluster. Rejects with what the cluster refuses it for. */
  readonly transmit: (signal: OutgoingSignal) => Promise<void>;
  readonly deliver: (kind: SignalKind, data: JsonValue) => void;
  /** Signals are refused from now on, until some of those that wait have arrived. */
  readonly onFull: () => void;
}

/**
 * The two streams between this page and one other: what is sent arrives exactly once and in
 * order, whatever happens to connections and nodes in between. The cluster remembers nothing of
 * it. SPEC 8.
 */
export class PeerStream {
  readonly #options: PeerStreamOptions;
  readonly #outgoing: OutgoingStream;
  readonly #incoming: IncomingStream;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PeerStreamOptions) {
    this.#options = options;
    this.#outgoing = new OutgoingStream((signal) => this.#send(signal), options.onFull);
    this.#incoming = new IncomingStream(options.deliver);
  }

  /** See `OutgoingStream.send`. */
  send(kind: SignalKind, data: JsonValue): Promise<void> {
    return this.#outgoing.send(kind, data);
  }

  /** A signal of the other side. What belongs to another page load is passed over. */
  receive(kind: SignalKind, data: JsonValue, delivery: Delivery): void {
    const { own, other } = this.#options;
    if (delivery.from !== other || delivery.to !== own) return;
    if (delivery.ack !== undefined) this.#outgoing.acknowledge(delivery.ack);
    if (delivery.number === undefined) return;
    // Before it is delivered, so that an answer given at once carries the acknowledgement.
    this.#ackTimer ??= setTimeout(() => this.#sendAck(), ackDelayMs);
    this.#incoming.accept(delivery.number, kind, data);
  }

  /** The connection, or the other side, is back. */
  resend(): void {
    this.#outgoing.resend();
  }

  /** Nothing more can arrive: what waits fails. */
  close(error: SwitchboardError): void {
    clearTimeout(this.#ackTimer);
    this.#outgoing.close(error);
  }

  #send({ number, kind, data }: Numbered): void {
    const { transmit } = this.#options;
    transmit({ kind, data, delivery: this.#delivery(number) }).catch((error: unknown) => {
      // What may succeed later is sent again by the timer.
      const isFinal = error instanceof SwitchboardError && !error.retryable;
      if (isFinal) this.#outgoing.skip(number, error);
    });
  }

  #sendAck(): void {
    const { transmit } = this.#options;
    // When it is lost, the other side sends again, and that is acknowledged again.
    transmit({ kind: 'ack', data: null, delivery: this.#delivery() }).catch(() => undefined);
  }

  /** Every signal acknowledges what has come the other way. */
  #delivery(number?: number): Delivery {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    const { own: from, other: to } = this.#options;
    const ack = this.#incoming.acknowledged;
    return { from, to, ack, ...(number !== undefined && { number }) };
  }
}
