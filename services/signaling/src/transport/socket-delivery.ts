import type { Delivery, Notice } from '@switchboard/core';
import type { PeerId } from '@switchboard/protocol';
import { encode } from './encode.ts';

interface Emitter {
  emit(name: string, payload: unknown): unknown;
}

/** The last stage: out of the core, to the sockets of this node. */
export class SocketDelivery implements Delivery {
  readonly #sockets: ReadonlyMap<string, Emitter>;

  /** @param sockets of this node, by peer id. */
  constructor(sockets: ReadonlyMap<string, Emitter>) {
    this.#sockets = sockets;
  }

  deliver(to: Iterable<PeerId>, notice: Notice): void {
    const [name, payload] = encode(notice);
    for (const peerId of to) this.#sockets.get(peerId)?.emit(name, payload);
  }
}
