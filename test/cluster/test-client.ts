import { type Ack, type CommandName, type CommandResult, namespace } from '@switchboard/protocol';
import type { NodeProcess } from '@switchboard/testkit';
import { io, type Socket } from 'socket.io-client';

export interface TestClientOptions {
  readonly transports?: ('websocket' | 'polling')[];
}

/** A connected client of one node, which keeps what it is told. */
export class TestClient implements Disposable {
  readonly socket: Socket;
  readonly peerId: string;
  /** Every event with its payload, in order. */
  readonly told: { readonly name: string; readonly payload: Record<string, unknown> }[] = [];

  static async connect(
    { url }: NodeProcess,
    { transports = ['websocket'] }: TestClientOptions = {},
  ): Promise<TestClient> {
    const socket = io(`${url}${namespace}`, { transports, forceNew: true, reconnection: false });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    socket.once('welcome', ({ peerId }: { peerId: string }) => resolve(peerId));
    socket.once('connect_error', reject);
    return new TestClient(socket, await promise);
  }

  /** So many clients, spread evenly over the nodes. */
  static connectAll(nodes: readonly NodeProcess[], count: number): Promise<TestClient[]> {
    return Promise.all(
      Array.from({ length: count }, (_, index) =>
        TestClient.connect(nodes[index % nodes.length] as NodeProcess),
      ),
    );
  }

  private constructor(socket: Socket, peerId: string) {
    this.socket = socket;
    this.peerId = peerId;
    socket.onAny((name: string, payload: Record<string, unknown>) =>
      this.told.push({ name, payload }),
    );
  }

  /**
   * Sends a command. What is sent without waiting for earlier answers is sent in order.
   *
   * @param onAnswer is called with the answer before any later event is; what awaits the result
   * may come after several.
   */
  send<K extends CommandName>(
    name: K,
    payload: unknown,
    onAnswer?: (answer: Ack<CommandResult<K>>) => void,
  ): Promise<Ack<CommandResult<K>>> {
    const { promise, resolve, reject } = Promise.withResolvers<Ack<CommandResult<K>>>();
    const take = (error: Error | null, answer: Ack<CommandResult<K>>) => {
      if (error) return reject(error);
      onAnswer?.(answer);
      resolve(answer);
    };
    this.socket.timeout(10_000).emit(name, payload, take);
    return promise;
  }

  /** Sends a command that has to succeed. */
  async must<K extends CommandName>(name: K, payload: unknown): Promise<CommandResult<K>> {
    const answer = await this.send(name, payload);
    if (answer.ok) return answer;
    throw new Error(`${name} was refused: ${answer.error.code}, ${answer.error.message}`);
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }
}

/** Disposes all of them together. */
export const disposing = (clients: readonly Disposable[]): Disposable => ({
  [Symbol.dispose]: () => {
    for (const client of clients) client[Symbol.dispose]();
  },
});
