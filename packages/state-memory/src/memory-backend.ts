import type { BusHandler, NodeMessage, State } from '@switchboard/core';
import { type NodeId, SignalingError } from '@switchboard/protocol';
import { MemoryAnnotations } from './memory-annotations.ts';
import { MemoryCalls } from './memory-calls.ts';
import { MemoryChat } from './memory-chat.ts';
import { MemoryLeases, SharedLeases } from './memory-leases.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { MemoryRoomRecords } from './memory-room-records.ts';
import { MemoryRooms } from './memory-rooms.ts';
import { MemorySessions, SharedSessions } from './memory-sessions.ts';
import { MemoryUsers } from './memory-users.ts';
import { SharedRooms } from './shared-rooms.ts';
import { SharedUsers } from './shared-users.ts';

/** For so many leases it counts that a node watches a user, or holds a session. */
const patienceLeases = 15;

/**
 * State in one process: the embedded default, a cluster of one. Several nodes can be opened on
 * one backend, as tests do; they then share it as nodes share a Redis.
 */
export class MemoryBackend {
  readonly #handlers = new Map<NodeId, BusHandler>();
  readonly #shared = new SharedRooms((node, event) =>
    this.#later(node, (handler) => handler.onRoomEvent(event)),
  );
  readonly #rooms = new MemoryRooms(this.#shared);
  readonly #records = new MemoryRoomRecords(this.#shared);
  readonly #chat = new MemoryChat(this.#rooms);
  readonly #annotations = new MemoryAnnotations(this.#rooms);
  readonly #sessions = new SharedSessions((node, fence) =>
    this.#later(node, (handler) => handler.onFenced(fence)),
  );
  readonly #users = new SharedUsers({
    call: (node, event) => this.#later(node, (handler) => handler.onCallChanged(event)),
    presence: (node, standing) =>
      this.#later(node, (handler) => handler.onPresenceChanged(standing)),
  });
  readonly #calls = new MemoryCalls();
  readonly #registry = new MemoryRegistry(this.#sessions);
  readonly #leases: SharedLeases;

  /** @param leaseMs how long a node that does not renew counts as alive. */
  constructor({ leaseMs = 6_000 }: { leaseMs?: number } = {}) {
    this.#leases = new SharedLeases(leaseMs);
  }

  /** The state as one node sees it. */
  connect(node: NodeId): State {
    const sessions = this.#sessions;
    const leases = new MemoryLeases(this.#leases, node, (lease) => sessions.detachLease(lease));
    return {
      rooms: this.#rooms,
      chat: this.#chat,
      annotations: this.#annotations,
      records: this.#records,
      sessions: new MemorySessions(sessions, () => leases.lease),
      users: new MemoryUsers(this.#users, node, patienceLeases * leases.leaseMs),
      calls: this.#calls,
      registry: this.#registry,
      leases,
      bus: {
        open: async (handler) => {
          this.#handlers.set(node, handler);
        },
        send: (to, message) => this.#send(to, message),
      },
      // One process: its own clock is that of the cluster.
      clock: { at: (moment) => moment, errorMs: 0 },
      isOrdered: true,
      isAvailable: () => true,
      close: async () => {
        this.#handlers.delete(node);
      },
    };
  }

  #send(to: NodeId, message: NodeMessage): void {
    if (!this.#handlers.has(to)) throw new SignalingError('unavailable');
    this.#later(to, (handler) => handler.onMessage(message));
  }

  /** Later, as a network would: nobody is called back from within their own call. */
  #later(node: NodeId, call: (handler: BusHandler) => void): void {
    setImmediate(() => {
      const handler = this.#handlers.get(node);
      if (handler) call(handler);
    });
  }
}
