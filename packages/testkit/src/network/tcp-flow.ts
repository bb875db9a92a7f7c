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
  /** What is on its way, and when it arrives. */
  readonly #queue: { readonly chunk: Buffer; readonly at: number }[] = [];
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
    // None may overtake the one before it, also when the delay has got shorter.
    const at = Math.max(this.#queue.at(-1)?.at ?? 0, now + lag);
    this.#queue.push({ chunk, at });
    if (this.#queue.length === 1) this.#pump();
  }

  /** Passes on what is due. One timer for all: timers of different lengths keep no order. */
  #pump(): void {
    const now = performance.now();
    while (this.#queue[0] && this.#queue[0].at <= now) {
      const [due] = this.#queue.splice(0, 1);
      if (due) this.#pass(due.chunk);
    }
    const next = this.#queue[0];
    if (next) setTimeout(() => this.#pump(), Math.ceil(next.at - now));
  }

  #pass(chunk: Buffer): void {
    if (this.#to.writable && !this.#to.write(chunk)) this.#from.pause();
  }

  #read(): void {
    if (this.#mode.kind !== 'hold') this.#from.resume();
  }
}
