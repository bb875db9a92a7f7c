import {
  type Ack,
  type CommandName,
  type CommandPayload,
  type CommandResult,
  type ErrorBody,
  type EventName,
  type EventPayload,
  namespace,
  type PeerId,
  type RoomSnapshot,
} from '@switchboard/protocol';
import type { NodeProcess } from '@switchboard/testkit';
import { Recorder } from '@switchboard/testkit/contracts';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

export type ConnectOptions = Partial<ManagerOptions & SocketOptions>;

/** How long an answer may take. */
const patienceMs = 5_000;

interface Heard {
  readonly name: string;
  readonly payload: unknown;
}

/** A stock Socket.IO client, with what it has heard. Disposing it says goodbye. */
export class TestClient implements Disposable {
  readonly socket: Socket;
  readonly #heard = new Recorder<Heard>();

  constructor(node: Pick<NodeProcess, 'url'>, options: ConnectOptions = {}) {
    this.socket = io(`${node.url}${namespace}`, {
      forceNew: true,
      transports: ['websocket'],
      reconnectionDelay: 50,
      reconnectionDelayMax: 100,
      ...options,
    });
    this.socket.onAny((name: string, payload: unknown) => this.#heard.record({ name, payload }));
    this.socket.on('connect_error', ({ data }: Error & { data?: unknown }) => {
      if (data) this.#heard.record({ name: 'refused', payload: data });
    });
    this.socket.on('disconnect', (reason) => this.#heard.record({ name: 'lost', payload: reason }));
  }

  get peerId(): PeerId {
    return this.socket.id as PeerId;
  }

  /** All that it has heard, by name. */
  get names(): string[] {
    return this.#heard.seen.map(({ name }) => name);
  }

  /** The first event of that name, whether it has come already or not. */
  async first<K extends EventName>(
    name: K,
    matches: (payload: EventPayload<K>) => boolean = () => true,
  ): Promise<EventPayload<K>> {
    const { payload } = await this.#heard.first(
      (heard) => heard.name === name && matches(heard.payload as EventPayload<K>),
      name,
    );
    return payload as EventPayload<K>;
  }

  /** The refusal of its connection. */
  async refusal(): Promise<ErrorBody> {
    const { payload } = await this.#heard.first(({ name }) => name === 'refused', 'a refusal');
    return payload as ErrorBody;
  }

  /** Socket.IO's reason for the end of its connection. */
  async loss(): Promise<string> {
    const { payload } = await this.#heard.first(({ name }) => name === 'lost', 'a loss');
    return payload as string;
  }

  send<K extends CommandName>(name: K, payload: CommandPayload<K>): Promise<Ack<CommandResult<K>>> {
    return this.socket.timeout(patienceMs).emitWithAck(name, payload);
  }

  /** The room after a join. @throws Error with the code of a refusal. */
  async join(
    roomId: string,
    options: Partial<CommandPayload<'room:join'>> = {},
  ): Promise<RoomSnapshot> {
    const answer = await this.send('room:join', { ...options, roomId });
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.room;
  }

  /** Cuts the connection without a word, and stays away until `socket.connect`. */
  async cut(): Promise<void> {
    this.socket.io.reconnection(false);
    this.socket.io.engine.close();
    await this.loss();
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }
}

/** A client that has been let in. */
export async function connect(
  node: Pick<NodeProcess, 'url'>,
  options?: ConnectOptions,
): Promise<TestClient> {
  const client = new TestClient(node, options);
  await client.first('welcome');
  return client;
}

/** The code with which a client is not let in. */
export async function refusalOf(
  node: Pick<NodeProcess, 'url'>,
  options?: ConnectOptions,
): Promise<ErrorBody['code']> {
  using client = new TestClient(node, options);
  return (await client.refusal()).code;
}
