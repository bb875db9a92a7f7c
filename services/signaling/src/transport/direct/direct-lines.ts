import type { Turns } from '../../turns.ts';
import type { ClientSocket } from '../socket-server.ts';
import { DirectLine } from './direct-line.ts';
import { PacketText } from './packet-text.ts';

/** Makes the direct lines of a node, and holds what they share. */
export class DirectLines {
  readonly #turns: Turns;
  readonly #texts = new Map<string, PacketText>();

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** A new line for a socket that has just been connected. */
  of(socket: ClientSocket): DirectLine {
    const { name } = socket.nsp;
    let text = this.#texts.get(name);
    if (!text) {
      text = new PacketText(name);
      this.#texts.set(name, text);
    }
    return new DirectLine(socket, { text, turns: this.#turns });
  }
}
