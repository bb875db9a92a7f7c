import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeFrame, type Frame, FrameReader } from './frames.ts';

/** A handshake's key need not be random where nothing between caches it. */
const upgrade = (path: string, port: number): string =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    '\r\n',
  ].join('\r\n');

const endOfHead = '\r\n\r\n';
const connectWithinMs = 30_000;

/** One client connection on a bare TCP socket: it costs the generator next to nothing. */
export class Connection {
  /** Called with every text that arrives; the bytes are not to be kept. */
  onText: (text: Buffer) => void = () => undefined;
  readonly #socket: Socket;

  /** @throws when the server does not upgrade the connection. */
  static async open(port: number, path: string): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    socket.write(upgrade(path, port));
    let head = Buffer.alloc(0);
    while (!head.includes(endOfHead)) {
      const signal = AbortSignal.timeout(connectWithinMs);
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer];
      head = Buffer.concat([head, chunk]);
    }
    if (!head.toString('latin1').startsWith('HTTP/1.1 101')) {
      socket.destroy();
      throw new Error(`no upgrade: ${head.toString('latin1').slice(0, 200)}`);
    }
    return new Connection(socket, head.subarray(head.indexOf(endOfHead) + endOfHead.length));
  }

  private constructor(socket: Socket, first: Buffer) {
    this.#socket = socket;
    const reader = new FrameReader((text) => this.onText(text));
    socket.on('data', (chunk) => reader.take(chunk));
    // What ends early shows in the figures: its signals are missing.
    socket.on('error', () => undefined);
    // The first texts may have come with the answer; nobody listens before this returns.
    if (first.length > 0) setImmediate(() => reader.take(first));
  }

  send({ bytes }: Pick<Frame, 'bytes'>): void {
    this.#socket.write(bytes);
  }

  say(text: string): void {
    this.send(encodeFrame(text));
  }

  /** The first text from now on that is as wanted. */
  next(isWanted: (text: string) => boolean): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const timer = setTimeout(() => reject(new Error('no answer')), connectWithinMs);
    const before = this.onText;
    this.onText = (bytes) => {
      before(bytes);
      const text = bytes.toString();
      if (!isWanted(text)) return;
      this.onText = before;
      clearTimeout(timer);
      resolve(text);
    };
    return promise;
  }

  /** Closes without a word of WebSocket; `goodbye` is said before. */
  close(goodbye: string | null = null): void {
    if (goodbye === null) this.#socket.destroy();
    else this.#socket.end(encodeFrame(goodbye).bytes);
  }
}
