import type { ClientSocket } from '../socket-server.ts';
import { Coalescing } from './coalescing.ts';
import { DirectLine } from './direct-line.ts';
import { Flusher } from './flusher.ts';
import { PacketText } from './packet-text.ts';

/** Makes the direct lines of a node, and holds what they share. */
export class DirectLines {
  readonly #coalescing: Coalescing;
  readonly #flusher: Flusher;
  readonly #texts = new Map<string, PacketText>();

  /** @param coalesceMs see `Coalescing`. */
  constructor(coalesceMs: number) {
    this.#coalescing = new Coalescing(coalesceMs);
    this.#flusher = new Flusher(this.#coalescing);
  }

  /** A new line for a socket that has just been connected. */
  of(socket: ClientSocket): DirectLine {
    const { name } = socket.nsp;
    let text = this.#texts.get(name);
    if (!text) {
      text = new PacketText(name);
      this.#texts.set(name, text);
    }
    return new DirectLine(socket, {
      ...{ text, flusher: this.#flusher, coalescing: this.#coalescing },
    });
  }
}
