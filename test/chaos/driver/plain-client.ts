import type {
  Ack,
  ClientToServerEvents,
  CommandName,
  CommandPayload,
  CommandResult,
  EventPayload,
  ServerToClientEvents,
} from '@switchboard/protocol';
import { namespace } from '@switchboard/protocol';
import { io, type ManagerOptions, type Socket } from 'socket.io-client';
import { ClientRecord } from './client-record.ts';
import { KnownRoom } from './known-room.ts';

export interface PlainClientOptions {
  /** Of the balancer, or of one node. */
  readonly url: string;
  readonly name: string;
  /** Default: WebSocket alone. */
  readonly transports?: readonly ('polling' | 'websocket')[];
  /** The `auth` of the handshake, where a test sends something of its own. */
  readonly auth?: Readonly<Record<string, unknown>>;
  readonly reconnection?: boolean;
}

/** What the driver knows of an answer that did not come. */
export interface NoAnswer {
  readonly ok: false;
  readonly error: { readonly code: 'no answer'; readonly message: string };
}

export type Answer<K extends CommandName> = Ack<CommandResult<K>> | NoAnswer;
export type Signal = EventPayload<'signal'>;

/** Longer than any command may take on a node. */
const answerMs = 10_000;

/**
 * A Socket.IO client as anybody would write it: default reconnection, no idea of sessions. It
 * writes down whatever it is told.
 */
export class PlainClient {
  readonly record: ClientRecord;
  readonly room: KnownRoom;
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  /** Every peer id that it was welcomed with; more than one, when it lost its session. */
  readonly #peerIds = new Set<string>();
  #onSignal: (signal: Signal) => void = () => undefined;

  constructor({ url, name, auth, transports, reconnection }: PlainClientOptions) {
    this.record = new ClientRecord(name);
    this.room = new KnownRoom(this.record);
    const options: Partial<ManagerOptions> = {
      transports: [...(transports ?? ['websocket'])],
      ...(reconnection !== undefined && { reconnection }),
    };
    this.#socket = io(`${url}${namespace}`, {
      ...options,
      autoConnect: false,
      forceNew: true,
      ...(auth && { auth }),
    });
    this.#listen();
  }

  get peerId(): string {
    return [...this.#peerIds].at(-1) ?? '';
  }

  get peerIds(): ReadonlySet<string> {
    return this.#peerIds;
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  /** The node it is connected to, as the `sid` says it; undefined without a connection. */
  get nodeId(): string | undefined {
    return this.#socket.connected ? this.#socket.io.engine.id?.split('.')[0] : undefined;
  }

  /** The resume token, which Socket.IO keeps for itself. */
  get resumeToken(): string {
    const { _pid: pid } = this.#socket as unknown as { readonly _pid?: string };
    if (pid === undefined) throw new Error(`${this.record.name} has no resume token`);
    return pid;
  }

  onSignal(handler: (signal: Signal) => void): void {
    this.#onSignal = handler;
  }

  /** Resolves with the first welcome; goes on trying for as long as Socket.IO does. */
  async connect(): Promise<string> {
    const welcome = new Promise<string>((resolve) => {
      this.#socket.once('welcome', ({ peerId }) => resolve(peerId));
    });
    this.#socket.connect();
    return welcome;
  }

  /** Enters a room; of one it is in already, takes over what its node knows of it. */
  join(roomId: string, capacity?: number): Promise<Answer<'room:join'>> {
    const payload = { roomId, ...(capacity !== undefined && { capacity }) };
    return this.#ask('room:join', payload, (answer) => {
      if (answer.ok) this.room.replace(answer.room);
    });
  }

  /** Sends a command and waits for its answer, at most ten seconds. */
  command<K extends CommandName>(name: K, payload: CommandPayload<K>): Promise<Answer<K>> {
    return this.#ask(name, payload, () => undefined);
  }

  /** Sends a signal; kept by Socket.IO while there is no connection. Answered at most once. */
  signal(payload: CommandPayload<'signal'>, onAnswer: (answer: Answer<'signal'>) => void): void {
    this.#socket.emit('signal', payload, onAnswer);
  }

  /** Where it goes when it connects the next time. */
  moveTo(url: string): void {
    const { io: manager } = this.#socket as unknown as { io: { uri: string } };
    manager.uri = url;
  }

  /**
   * Ends the transport as a lost network would; the client comes back by itself. One that is just
   * being opened stays: Socket.IO would not notice its end for 20 s.
   */
  loseTransport(): void {
    const { engine } = this.#socket.io;
    if (engine?.readyState === 'open') engine.close();
  }

  /** Reads nothing more of what comes in over this connection, until `goOnReading`. */
  stopReading(): void {
    this.#webSocket.pause();
  }

  goOnReading(): void {
    this.#webSocket.resume();
  }

  /** Says goodbye. */
  close(): void {
    this.#socket.disconnect();
  }

  /** Is gone without a goodbye, and does not come back. */
  vanish(): void {
    this.#socket.io.reconnection(false);
    this.#socket.io.engine.close();
  }

  /** That of the connection that is open, by the library that Socket.IO uses in Node. */
  get #webSocket(): { pause(): void; resume(): void } {
    const { transport } = this.#socket.io.engine as unknown as { transport: { ws?: unknown } };
    if (!transport.ws) throw new Error(`${this.record.name} has no WebSocket`);
    return transport.ws as { pause(): void; resume(): void };
  }

  /** @param take runs before any event that came after the answer. */
  #ask<K extends CommandName>(
    name: K,
    payload: CommandPayload<K>,
    take: (answer: Ack<CommandResult<K>>) => void,
  ): Promise<Answer<K>> {
    return new Promise((resolve) => {
      const settle = (error: Error | null, answer: Ack<CommandResult<K>>) => {
        if (error) {
          resolve({ ok: false, error: { code: 'no answer', message: error.message } });
        } else {
          take(answer);
          resolve(answer);
        }
      };
      // The pair is typed; that its halves belong together is beyond what the types can follow.
      const emitter = this.#socket.timeout(answerMs) as unknown as Emitter;
      emitter.emit(name, payload, settle);
    });
  }

  #listen(): void {
    const { record, room } = this;
    const socket = this.#socket;
    socket.on('welcome', ({ peerId, resumed }) => {
      this.#peerIds.add(peerId);
      record.note('welcome', `${peerId} on ${this.nodeId}, resumed: ${resumed}`);
    });
    socket.on('disconnect', (reason) => record.note('disconnect', reason));
    socket.on('connect_error', (error) => record.note('connect_error', error.message));
    socket.on('signal', (signal) => {
      record.tally('signal');
      this.#onSignal(signal);
    });
    socket.on('room:state', (snapshot) => room.replace(snapshot));
    socket.on('participant:joined', (event) => room.joined(event));
    socket.on('participant:left', (event) => room.left(event));
    for (const name of ['participant:reconnecting', 'participant:reconnected'] as const) {
      socket.on(name, (event) => room.connection(name, event));
    }
    // Runs before the handlers above, so the record tells what came and then what became of it.
    socket.onAny((name: string, payload: object) => {
      if (name !== 'signal' && name !== 'welcome') record.note(name, describePayload(payload));
    });
  }
}

interface Emitter {
  emit<K extends CommandName>(
    name: K,
    payload: CommandPayload<K>,
    settle: (error: Error | null, answer: Ack<CommandResult<K>>) => void,
  ): void;
}

/** Ids and positions of an event, and of a snapshot who is in it. */
function describePayload(payload: object): string {
  const { participants, ...rest } = payload as { participants?: { peerId: string }[] };
  const present = participants?.map(({ peerId }) => peerId).join(' ');
  return `${JSON.stringify(rest)}${present === undefined ? '' : ` in it: ${present}`}`;
}
