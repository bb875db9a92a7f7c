import type { JsonValue, SignalKind } from '@switchboard/protocol';

/** Signals kept that came before their turn; the sender sends again what finds no place. */
const gapCapacity = 64;

interface Arrived {
  readonly kind: SignalKind;
  readonly data: JsonValue;
}

/** What one instance gets from another: exactly once, and in the order of its numbers. */
export class IncomingStream {
  readonly #deliver: (kind: SignalKind, data: JsonValue) => void;
  readonly #early = new Map<number, Arrived>();
  #last = 0;

  constructor(deliver: (kind: SignalKind, data: JsonValue) => void) {
    this.#deliver = deliver;
  }

  /** Everything up to this number has been delivered. */
  get acknowledged(): number {
    return this.#last;
  }

  /** Takes a signal in, and delivers what has its turn. One that came twice is passed over. */
  accept(number: number, kind: SignalKind, data: JsonValue): void {
    if (number <= this.#last) return;
    if (number > this.#last + 1) {
      if (this.#early.size < gapCapacity) this.#early.set(number, { kind, data });
      return;
    }
    this.#take({ kind, data });
    for (let next = this.#early.get(this.#last + 1); next; next = this.#early.get(this.#last + 1)) {
      this.#early.delete(this.#last + 1);
      this.#take(next);
    }
  }

  /** A number that was sent empty is counted, and nobody hears of it. */
  #take({ kind, data }: Arrived): void {
    this.#last += 1;
    if (kind !== 'ack') this.#deliver(kind, data);
  }
}
