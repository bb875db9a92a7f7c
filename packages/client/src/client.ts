import type { PeerId } from '@switchboard/protocol';
import { type Calls, UserCalls } from './calls/calls.ts';
import { Connection } from './connection/connection.ts';
import type { ConnectionState } from './connection/connection-state.ts';
import { type OpenSocket, openSocket, type SocketOptions } from './connection/socket-port.ts';
import { Emitter, type Handler, type Subscribable } from './emitter.ts';
import { IceServers } from './ice/ice-servers.ts';
import { Identity, type Who } from './identity.ts';
import type { Presence } from './presence/presence.ts';
import { WatchedUsers } from './presence/presence.ts';
import { randomId } from './random-id.ts';
import type { Send } from './room/join.ts';
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
  readonly #ice: IceServers;
  readonly #rooms: Rooms;
  readonly #presence: WatchedUsers;
  readonly #calls: UserCalls;
  readonly #identity: Identity;

  /** @param open where sockets come from; for tests. */
  constructor(options: ClientOptions = {}, open: OpenSocket = openSocket) {
    const { connectTimeoutMs = 20_000, commandTimeoutMs = 10_000 } = options;
    const send: Send = (outgoing) => this.#connection.send(outgoing);
    this.#ice = new IceServers(send);
    this.#rooms = new Rooms(send, this.#ice, randomId());
    this.#identity = new Identity(send);
    this.#presence = new WatchedUsers(send);
    this.#calls = new UserCalls({
      send,
      join: (roomId, options) => this.join(roomId, options),
      userId: () => this.userId,
    });
    this.#connection = new Connection({
      openSocket: open,
      settings: { connectTimeoutMs, commandTimeoutMs },
      listen: (socket) => {
        this.#rooms.listen(socket);
        this.#presence.listen(socket);
        this.#calls.listen(socket);
      },
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

  /** Who this client's user is, by its token or by `identify`; null of nobody, or once it withdrew. */
  get userId(): string | null {
    return this.#identity.userIdWith(this.#connection.subject);
  }

  get presence(): Presence {
    return this.#presence;
  }

  get calls(): Calls {
    return this.#calls;
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

  /**
   * Says who this client's user is, where no token has said it; it is said again when the client
   * comes back as somebody new. Rooms that it is in already do not learn of it.
   *
   * @throws SwitchboardError `identity_mismatch` when the token is another user's.
   */
  identify(who: Who): Promise<void> {
    return this.#identity.say(who);
  }

  /**
   * Takes back who this client's user is, by a token too: it is present as nobody, and the calls in
   * which it took part are over, and told of as `lost`. Rooms stay. `identify` makes it somebody
   * again; until then it also comes back as nobody.
   *
   * @throws SwitchboardError; may be repeated.
   */
  async withdraw(): Promise<void> {
    await this.#identity.withdraw();
    this.#calls.beginAnew();
  }

  /**
   * The STUN and TURN servers that the cluster names, with credentials that are good for a while:
   * for peer connections that this SDK does not make. It is asked again when they are about to
   * expire, or where they are wanted anew, as for an ICE restart.
   *
   * @throws SwitchboardError
   */
  iceServers(options?: { readonly anew?: boolean }): Promise<readonly RTCIceServer[]> {
    return this.#ice.get(options);
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
        this.#resume(state);
        break;
      case 'reconnecting':
        this.#presence.suspend();
        this.#rooms.suspend();
        break;
      case 'closed':
        this.#presence.close();
        this.#calls.close();
        this.#identity.forget();
        this.#rooms.end(state.error);
        break;
      case 'idle':
      case 'connecting':
    }
    this.#events.emit('stateChanged', state);
  }

  #resume(state: ConnectionState & { readonly state: 'connected' }): void {
    const goOn = () => {
      // Another connection may have come since, or none.
      if (this.state !== state) return;
      this.#rooms.resume(state.resumed);
      this.#presence.watchAgain();
    };
    if (!state.resumed) this.#calls.beginAnew();
    // Rooms are entered, and others watched, as who one is.
    if (state.resumed || !this.#identity.isSaid) goOn();
    else void this.#identity.sayAgain().then(goOn);
  }
}
