import { openSocket, type ServedSocket } from '../ui/served-socket.ts';

/** The protocol that this page shows; it is served under every `ROOT_DIALECT`. */
const namespace = '/room-server';

/** What the cluster says besides, and clients of this protocol pass over. */
const notOfTheProtocol = new Set(['welcome', 'rooms']);

export interface RoomUser {
  readonly userId: string;
  readonly socketId: string;
}

export interface RoomSocketEvents {
  onState(state: 'connected' | 'connecting' | 'closed'): void;
  onProblem(message: string): void;
  /** Who is in the room now; none when in no room. */
  onPeople(people: readonly RoomUser[]): void;
  /** Every event that has come or been sent. */
  onEvent(direction: 'in' | 'out', name: string, payload: unknown): void;
}

/** The connection of the page, in the words of the older protocol. */
export class RoomSocket {
  readonly #events: RoomSocketEvents;
  #socket: ServedSocket;
  #token: string;
  #joined: { readonly room: string; readonly user: string } | null = null;
  #people = new Map<string, RoomUser>();

  constructor(events: RoomSocketEvents, token = '') {
    this.#events = events;
    this.#token = token;
    this.#socket = this.#open();
  }

  /** Joins a room; another one that it is in is left. */
  join(room: string, user: string, token: string): void {
    this.#joined = { room, user };
    if (token !== this.#token || !this.#socket.connected) {
      this.#socket.disconnect();
      this.#token = token;
      this.#socket = this.#open();
    } else this.#sendJoin();
  }

  say(message: string): void {
    this.#send('send-message', { message });
  }

  /** In this protocol one leaves by disconnecting. */
  leave(): void {
    this.#joined = null;
    this.#socket.disconnect();
    this.#show(new Map());
    this.#events.onState('closed');
  }

  /** The time from a `ping` to its `pong`, in ms. @throws Error when none comes. */
  async measure(): Promise<number> {
    const sentAt = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error('No answer within 5 seconds.')), 5_000);
    this.#socket.once('pong', resolve);
    this.#send('ping');
    try {
      await promise;
      return performance.now() - sentAt;
    } finally {
      clearTimeout(timer);
      this.#socket.off('pong', resolve);
    }
  }

  #open(): ServedSocket {
    this.#events.onState('connecting');
    const auth = this.#token ? { auth: { token: this.#token } } : {};
    const socket = openSocket(namespace, { forceNew: true, ...auth });
    const listen = <T>(event: string, take: (payload: T) => void) => {
      socket.on(event, (payload: T) => {
        if (socket === this.#socket) take(payload);
      });
    };
    listen('connect', () => {
      this.#events.onState('connected');
      if (this.#joined && !socket.recovered) this.#sendJoin();
    });
    listen('disconnect', (reason: string) => {
      const isFinal = reason === 'io server disconnect' || reason === 'io client disconnect';
      this.#events.onState(isFinal ? 'closed' : 'connecting');
    });
    listen('connect_error', ({ message, data }: Error & { readonly data?: unknown }) => {
      // Where nobody answers there is nothing in it, and Socket.IO tries again.
      if (data === undefined) return;
      this.#events.onState('closed');
      this.#events.onEvent('in', 'connect_error', { message });
      this.#events.onProblem(`The connection was refused: ${message}`);
    });
    listen('error', ({ message }: { message: string }) => this.#events.onProblem(message));
    listen('room-joined', ({ users }: { users: readonly RoomUser[] }) => {
      this.#show(new Map(users.map((user) => [user.socketId, user])));
    });
    listen('user-connected', (user: RoomUser) => {
      this.#show(new Map(this.#people).set(user.socketId, user));
    });
    listen('user-disconnected', ({ socketId }: RoomUser) => {
      this.#show(new Map([...this.#people].filter(([each]) => each !== socketId)));
    });
    socket.onAny((name, payload) => {
      if (!notOfTheProtocol.has(name)) this.#events.onEvent('in', name, payload);
    });
    return socket;
  }

  #sendJoin(): void {
    if (this.#joined) this.#send('join-room', this.#joined.room, this.#joined.user);
  }

  #send(name: string, ...args: unknown[]): void {
    this.#socket.emit(name, ...args);
    this.#events.onEvent('out', name, args.length > 1 ? args : args[0]);
  }

  #show(people: Map<string, RoomUser>): void {
    this.#people = people;
    this.#events.onPeople([...people.values()]);
  }
}
