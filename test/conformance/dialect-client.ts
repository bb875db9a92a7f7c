import type { DialectName } from '@switchboard/dialects';
import { io, type Socket } from 'socket.io-client';

export interface DialectClientOptions {
  readonly dialect: DialectName;
  /** By namespace unless said otherwise. */
  readonly by?: 'namespace' | 'query' | 'root';
  readonly token?: string;
  /** What to trust besides (PEM). */
  readonly ca?: string | undefined;
  readonly transports?: ('websocket' | 'polling')[];
}

interface Told {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** How long an event may take that is on its way. */
const patienceMs = 10_000;

/** A client of an older protocol, as its README has it: socket.io-client and nothing of ours. */
export class DialectClient implements Disposable {
  readonly socket: Socket;
  /** Every event, in order; taken ones are gone. */
  readonly #told: Told[] = [];
  readonly #waiting = new Set<() => void>();

  static async connect(url: string, options: DialectClientOptions): Promise<DialectClient> {
    const { dialect, by = 'namespace', token, ca, transports = ['websocket'] } = options;
    const path = by === 'namespace' ? `/${dialect}` : '';
    const socket = io(`${url}${path}`, {
      transports,
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      ...(ca !== undefined && { ca }),
      ...(by === 'query' && { query: { dialect } }),
      ...(token !== undefined && { auth: { token } }),
    });
    const client = new DialectClient(socket);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
    await promise;
    return client;
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.onAny((name: string, ...args: unknown[]) => {
      // Not part of any older protocol; their clients listen to nothing of these names.
      if (name === 'welcome' || name === 'rooms') return;
      this.#told.push({ name, args });
      for (const look of this.#waiting) look();
    });
  }

  get id(): string {
    if (this.socket.id === undefined) throw new Error('not connected');
    return this.socket.id;
  }

  /** The node that holds the connection. */
  get node(): string {
    return this.socket.io.engine.id?.split('.')[0] ?? '';
  }

  /**
   * Resolves when it has been given something with that word in it to bring along when it comes
   * back: a text at the end of an event, which Socket.IO's clients keep.
   */
  toBringAlong(word: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (_: string, ...args: unknown[]) => {
        const offset = args.at(-1);
        if (typeof offset !== 'string' || !offset.includes(word)) return;
        this.socket.offAny(look);
        resolve();
      };
      this.socket.onAny(look);
    });
  }

  emit(name: string, ...args: unknown[]): void {
    this.socket.emit(name, ...args);
  }

  /** The payload of the next event of that name, whatever comes before it. */
  async next(name: string): Promise<unknown> {
    const { args } = await this.#take(({ name: each }) => each === name, name);
    return args[0];
  }

  /** Names of the events that have come and have not been taken, in order. */
  get untaken(): readonly string[] {
    return this.#told.map(({ name }) => name);
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }

  #take(isWanted: (told: Told) => boolean, what: string): Promise<Told> {
    const { promise, resolve, reject } = Promise.withResolvers<Told>();
    const look = () => {
      const index = this.#told.findIndex(isWanted);
      const [found] = index < 0 ? [] : this.#told.splice(index, 1);
      if (!found) return;
      this.#waiting.delete(look);
      clearTimeout(timer);
      resolve(found);
    };
    const timer = setTimeout(() => {
      this.#waiting.delete(look);
      reject(new Error(`no "${what}" came; there were: ${this.untaken.join(', ') || 'no others'}`));
    }, patienceMs);
    this.#waiting.add(look);
    look();
    return promise;
  }
}
