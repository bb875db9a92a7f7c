import type { PeerId } from '@switchboard/protocol';
import { Connection } from './connection/connection.ts';
import type { ConnectionState } from './connection/connection-state.ts';
import { type OpenSocket, openSocket, type SocketOptions } from './connection/socket-port.ts';
import { createInstance } from './delivery/instance.ts';
import { Emitter, type Handler, type Subscribable } from './emitter.ts';
import type { JoinOptions, Room } from './room/room.ts';
import { Rooms } from './room/rooms.ts';

export interface ClientOptions {
  /** How long the first connection may take before `connect` gives up; 20,000 ms by default. */
  readonly connectTimeoutMs?: number;
  /** How long an answer may take; 10,000 ms by default. */
  readonly commandTimeoutMs?: number;
}

export type ConnectOptions = SocketOptions;

export interface ClientEvents {
  stateChanged: ConnectionState;
}

/**
 * One session with the cluster, and the rooms it is in. It does nothing until `connect`, and then
 * keeps itself connected until `close`, or until the cluster sends it away.
 */
export class SwitchboardClient implements Subscribable<ClientEvents>, Disposable {
  readonly #events = new Emitter<ClientEvents>();
  readonly #connection: Connection;
  readonly #rooms: Rooms;

  /** @param open where sockets come from; for tests. */
  constructor(options: ClientOptions = {}, open: OpenSocket = openSocket) {
    const { connectTimeoutMs = 20_000, commandTimeoutMs = 10_000 } = options;
    this.#rooms = new Rooms((outgoing) => this.#connection.send(outgoing), createInstance());
    this.#connection = new Connection({
      openSocket: open,
      settings: { connectTimeoutMs, commandTimeoutMs },
      listen: (socket) => this.#rooms.listen(socket),
    });
    this.#connection.events.on('stateChanged', (state) => this.#follow(state));
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** This client's public name; null while there is no connection. */
  get peerId(): PeerId | null {
    const { state } = this;
    return state.state === 'connected' ? state.peerId : null;
  }

  get rooms(): readonly Room[] {
    return this.#rooms.all;
  }

  on<K extends keyof ClientEvents>(event: K, handler: Handler<ClientEvents[K]>): () => void {
    return this.#events.on(event, handler);
  }

  once<K extends keyof ClientEvents>(event: K, handler: Handler<ClientEvents[K]>): () => void {
    return this.#events.once(event, handler);
  }

  /**
   * Connects. Lost connections are made again without being asked; `stateChanged` tells. Calling
   * it again before `close` gives the same answer and changes nothing.
   *
   * @throws SwitchboardError `unreachable`, `closed`, or the cluster's refusal.
   */
  connect(options: ConnectOptions = {}): Promise<PeerId> {
    return this.#connection.open(options);
  }

  /**
   * Enters a room, which is made by the first who enters. It stays joined through reconnections,
   * until it is left.
   *
   * @throws SwitchboardError, among others `room_full`; may be repeated.
   */
  join(roomId: string, options: JoinOptions = {}): Promise<Room> {
    return this.#rooms.join(roomId, options);
  }

  /**
   * Ends a room for everybody who is in it. May: in an open cluster whoever is in the room; else a
   * token with the grant `moderate` or `admin`, and those whom the room names. Once it resolves,
   * everybody's `left` event is on its way, this client's included.
   *
   * @throws SwitchboardError `forbidden`, `not_in_room`; may be repeated.
   */
  endRoom(roomId: string): Promise<void> {
    return this.#rooms.endForAll(roomId);
  }

  /** Ends the session: every room is left, and the client stays away until `connect`. */
  close(): void {
    this.#connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #follow(state: ConnectionState): void {
    switch (state.state) {
      case 'connected':
        this.#rooms.resume(state.resumed);
        break;
      case 'reconnecting':
        this.#rooms.suspend();
        break;
      case 'closed':
        this.#rooms.end(state.error);
        break;
      case 'idle':
      case 'connecting':
    }
    this.#events.emit('stateChanged', state);
  }
}
