import type { BusHandler, NodeMessage, RoomEvent, State } from '@switchboard/core';
import { type NodeId, SignalingError } from '@switchboard/protocol';
import { MemoryRooms } from './memory-rooms.ts';

/**
 * State in one process: the embedded default, a cluster of one. Several nodes can be opened on
 * one backend, as tests do; they then share it as nodes share a Redis.
 */
export class MemoryBackend {
  readonly #handlers = new Map<NodeId, BusHandler>();
  readonly #rooms = new MemoryRooms((node, event) => this.#publish(node, event));

  /** The state as one node sees it. */
  connect(node: NodeId): State {
    return {
      rooms: this.#rooms,
      bus: {
        open: async (handler) => {
          this.#handlers.set(node, handler);
        },
        send: (to, message) => this.#send(to, message),
      },
      isAvailable: () => true,
      close: async () => {
        this.#handlers.delete(node);
      },
    };
  }

  /** Later, as a network would: nobody is called back from within their own call. */
  #publish(node: NodeId, event: RoomEvent): void {
    setImmediate(() => this.#handlers.get(node)?.onRoomEvent(event));
  }

  #send(to: NodeId, message: NodeMessage): void {
    if (!this.#handlers.has(to)) throw new SignalingError('unavailable');
    setImmediate(() => this.#handlers.get(to)?.onMessage(message));
  }
}
