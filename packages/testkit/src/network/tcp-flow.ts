import type { Socket } from 'node:net';

/** What happens to bytes on their way in one direction. */
export type FlowMode =
  | { readonly kind: 'pass' }
  /** They arrive that much later, in order. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** They wait; nothing is read from the sender any more, so it feels the pressure. */
  | { readonly kind: 'hold' }
  /** They vanish. The stream has a hole then, and cannot be used any more. */
  | { readonly kind: 'drop' };

/** One direction of one proxied connection. */
export class TcpFlow {
  readonly #from: Socket;
  readonly #to: Socket;
  #mode: FlowMode = { kind: 'pass' };
  /** When the last chunk that is on its way arrives: none may overtake it. */
  #arrivesAt = 0;
  #waiting = 0;
  #hasHole = false;

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
    from.on('data', (chunk) => this.#take(chunk));
    to.on('drain', () => this.#read());
  }

  /** Whether bytes have vanished. */
  get hasHole(): boolean {
    return this.#hasHole;
  }

  set(mode: FlowMode): void {
    this.#mode = mode;
    if (mode.kind === 'hold') this.#from.pause();
    else this.#read();
  }

  #take(chunk: Buffer): void {
    if (this.#mode.kind === 'drop') {
      this.#hasHole = true;
      return;
    }
    const lag = this.#mode.kind === 'delay' ? this.#mode.ms : 0;
    const now = performance.now();
    this.#arrivesAt = Math.max(this.#arrivesAt, now + lag);
    if (this.#waiting === 0 && this.#arrivesAt <= now) this.#pass(chunk);
    else this.#passLater(chunk, this.#arrivesAt - now);
  }

  #passLater(chunk: Buffer, ms: number): void {
    this.#waiting += 1;
    // Timers of one length fire in order; a shorter one never follows a longer one here.
    setTimeout(() => {
      this.#waiting -= 1;
      this.#pass(chunk);
    }, ms);
  }

  #pass(chunk: Buffer): void {
    if (this.#to.writable && !this.#to.write(chunk)) this.#from.pause();
  }

  #read(): void {
    if (this.#mode.kind !== 'hold') this.#from.resume();
  }
}
