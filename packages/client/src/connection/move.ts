import type { SocketPort } from './socket-port.ts';

/** How long a move waits for the answers to commands that have been sent, in ms. */
const patienceMs = 1_000;
/** First wait before the next connection, in ms: this one is wanted, not an accident. */
const reconnectionDelayMs = 50;

/**
 * Moves a client from a node that is stopping, at the time that the node has given this client so
 * that not all of them come to the other nodes at once. It goes between two commands: then nothing
 * is on its way of which it could not be said afterwards whether it has arrived.
 */
export class Move {
  /** Commands that have been sent and not been answered. */
  #pending = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Called when nothing is pending, if the time to go has come. */
  #go: (() => void) | null = null;

  /** Counts a command until it is answered. */
  async after<T>(answer: Promise<T>): Promise<T> {
    this.#pending += 1;
    try {
      return await answer;
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0) this.#go?.();
    }
  }

  /** @param afterMs when to go. */
  begin(socket: SocketPort, afterMs: number): void {
    this.cancel();
    this.#timer = setTimeout(() => {
      const go = () => {
        this.cancel();
        socket.io.reconnectionDelay(reconnectionDelayMs);
        // The transport only: the session goes on.
        socket.io.engine.close();
      };
      if (this.#pending === 0) return go();
      this.#go = go;
      this.#timer = setTimeout(go, patienceMs);
    }, afterMs);
  }

  /** The connection is gone anyway. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#go = null;
  }
}
