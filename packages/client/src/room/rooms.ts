import type { EventPayload, RoomId } from '@switchboard/protocol';
import type { SocketPort } from '../connection/socket-port.ts';
import { SwitchboardError } from '../errors.ts';
import type { IceServers } from '../ice/ice-servers.ts';
import { isConnectionLoss, type Joined, joinPayload, type Send } from './join.ts';
import { JoinedRoom } from './joined-room.ts';
import type { JoinOptions, Room } from './room.ts';

/** How long the page that comes after a reload may take to join its rooms again, in ms. */
const claimMs = 10_000;

/** The rooms of one client: brings them the cluster's events and through its reconnections. */
export class Rooms {
  readonly #send: Send;
  readonly #ice: IceServers;
  readonly #instance: string;
  readonly #rooms = new Map<string, JoinedRoom>();
  readonly #joining = new Map<string, Promise<Room>>();
  /** Left while the cluster could not be told; a session that is resumed is still in them. */
  readonly #untold = new Set<string>();
  readonly #unclaimed = new Map<string, ReturnType<typeof setTimeout>>();

  /** @param instance of this page load. */
  constructor(send: Send, ice: IceServers, instance: string) {
    this.#send = send;
    this.#ice = ice;
    this.#instance = instance;
  }

  get all(): readonly Room[] {
    return [...this.#rooms.values()];
  }

  /** Being in the room already, or on the way into it, gives the same room again. */
  join(roomId: string, options: JoinOptions): Promise<Room> {
    this.#claim(roomId);
    const room = this.#rooms.get(roomId);
    if (room) return Promise.resolve(room);
    const joining = this.#joining.get(roomId) ?? this.#enter(roomId, options);
    this.#joining.set(roomId, joining);
    return joining;
  }

  /** Also of a room that this client is not in; those who are in it are told. */
  endForAll(roomId: string): Promise<void> {
    return this.#send({ command: 'room:end', payload: { roomId }, take: () => undefined });
  }

  /** Subscribes to everything a socket says about rooms. */
  listen(socket: SocketPort): void {
    this.#listenForParticipants(socket);
    socket.on('room:started', (event) => this.#find(event)?.hearStarted(event));
    socket.on('room:ended', (event) => {
      const room = this.#find(event);
      this.#rooms.delete(event.roomId);
      room?.hearEnded(event);
    });
    socket.on('membership:ended', (event) => {
      const room = this.#find(event);
      if (room) this.#drop(room, SwitchboardError.refusal(event.error));
    });
    socket.on('room:state', (event) => this.#hearState(event));
    socket.on('signal', (event) => this.#find(event)?.signals.hear(event));
    socket.on('signal:failed', (event) => this.#find(event)?.signals.hearFailed(event));
    socket.on('room:relayed', (event) => this.#find(event)?.hearRelayed(event));
    this.#listenForContents(socket);
  }

  #listenForParticipants(socket: SocketPort): void {
    socket.on('participant:joined', (event) => {
      this.#find(event)?.hear((room) => room.joined(event));
    });
    socket.on('participant:left', (event) => {
      this.#find(event)?.signals.forget(event.peerId);
      this.#find(event)?.hear((room) => room.left(event));
    });
    socket.on('participant:updated', (event) => {
      this.#find(event)?.hear((room) => room.updated(event));
    });
    socket.on('participant:reconnecting', (event) => {
      this.#find(event)?.hear((room) => room.reconnecting(event));
    });
    socket.on('participant:reconnected', (event) => {
      this.#find(event)?.hear((room) => room.reconnected(event));
    });
  }

  #listenForContents(socket: SocketPort): void {
    const contentsOf = (event: { readonly roomId: RoomId }) => this.#find(event)?.contents;
    socket.on('chat:message', (event) => contentsOf(event)?.hearMessage(event));
    socket.on('chat:typing', (event) => contentsOf(event)?.hearTyping(event));
    socket.on('annotation:changed', (event) => contentsOf(event)?.hearAnnotationChanged(event));
    socket.on('annotation:removed', (event) => contentsOf(event)?.hearAnnotationRemoved(event));
  }

  /** The connection is gone. */
  suspend(): void {
    for (const room of this.#rooms.values()) room.suspend();
  }

  /**
   * There is a connection, the first or another one.
   *
   * @param isSameSession whether the cluster still has this client in its rooms.
   */
  resume(isSameSession: boolean): void {
    for (const roomId of this.#untold) this.#tell(roomId).catch(() => undefined);
    this.#untold.clear();
    for (const room of this.#rooms.values()) {
      if (isSameSession) room.resume();
      else this.#rejoin(room);
    }
  }

  /** There will be no connection any more. */
  end(error: SwitchboardError | undefined): void {
    const rooms = [...this.#rooms.values()];
    this.#rooms.clear();
    this.#untold.clear();
    for (const roomId of [...this.#unclaimed.keys()]) this.#claim(roomId);
    for (const room of rooms) room.end({ reason: 'closed', ...(error && { error }) });
  }

  async #enter(roomId: string, options: JoinOptions): Promise<Room> {
    try {
      return await this.#send({
        command: 'room:join',
        payload: joinPayload(roomId, { ...options, instance: this.#instance }),
        take: (joined) => this.#open(joined, options),
      });
    } catch (error) {
      // The answer may be on its way still: nobody would know of a room joined that late.
      if (error instanceof SwitchboardError && error.code === 'timeout') {
        this.#tell(roomId).catch(() => undefined);
      }
      throw error;
    } finally {
      this.#joining.delete(roomId);
    }
  }

  #open(joined: Joined, options: JoinOptions): Room {
    const dependencies = {
      send: this.#send,
      ice: this.#ice,
      instance: this.#instance,
      depart: (room: JoinedRoom) => this.#depart(room),
    };
    const room = new JoinedRoom(dependencies, options, joined);
    this.#rooms.set(room.id, room);
    return room;
  }

  async #depart(room: JoinedRoom): Promise<void> {
    this.#rooms.delete(room.id);
    try {
      await this.#tell(room.id);
    } catch (error) {
      if (!(error instanceof SwitchboardError && isConnectionLoss(error))) throw error;
      this.#untold.add(room.id);
    }
  }

  #rejoin(room: JoinedRoom): void {
    // What is thrown here is a bug, and belongs where bugs are reported: unhandled.
    void room.rejoin().then((error) => {
      if (error) this.#drop(room, error);
    });
  }

  #drop(room: JoinedRoom, error: SwitchboardError): void {
    this.#rooms.delete(room.id);
    room.end({ reason: 'refused', error });
  }

  #tell(roomId: string): Promise<void> {
    return this.#send({ command: 'room:leave', payload: { roomId }, take: () => undefined });
  }

  #hearState(snapshot: EventPayload<'room:state'>): void {
    const room = this.#find(snapshot);
    if (room) room.hearState(snapshot);
    else if (!this.#joining.has(snapshot.roomId)) this.#awaitClaim(snapshot.roomId);
  }

  /** A session that was carried over a reload is in rooms that nobody here has asked for yet. */
  #awaitClaim(roomId: string): void {
    this.#claim(roomId);
    const leave = () => {
      this.#unclaimed.delete(roomId);
      this.#tell(roomId).catch(() => undefined);
    };
    this.#unclaimed.set(roomId, setTimeout(leave, claimMs));
  }

  #claim(roomId: string): void {
    clearTimeout(this.#unclaimed.get(roomId));
    this.#unclaimed.delete(roomId);
  }

  #find({ roomId }: { readonly roomId: RoomId }): JoinedRoom | undefined {
    return this.#rooms.get(roomId);
  }
}
