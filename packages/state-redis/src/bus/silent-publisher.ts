import type { Redis } from 'ioredis';
import type { Publisher } from './publisher.ts';

/** Between two signs of life that are asked for; an answer to nothing else comes over this line. */
const aliveEveryMs = 2_000;
/** What may wait for a Redis that does not read. Bytes. */
const mostWaiting = 32 * 1024 * 1024;

/**
 * Publishes over a connection on which Redis answers nothing (`CLIENT REPLY OFF`). How many have
 * received a message proves nothing, and to read the answer would wake this process once more for
 * every message that it sends, and cost it as much as the sending. What goes to several channels
 * goes out in one piece.
 *
 * Whether Redis is still there is asked every 2 s, by switching answers on, which is answered, and
 * off again.
 */
export class SilentPublisher implements Publisher {
  readonly #client: Redis;
  readonly #onError: (error: unknown) => void;
  /** The connection that has been told to be silent; null while there is none. */
  #stream: Redis['stream'] | null = null;
  #aliveTimer: NodeJS.Timeout | undefined;

  /** @param client that nobody else uses. */
  constructor(client: Redis, onError: (error: unknown) => void) {
    this.#client = client;
    this.#onError = onError;
  }

  get isReady(): boolean {
    const stream = this.#stream;
    return stream?.writable === true && stream.writableLength < mostWaiting;
  }

  async open(ownChannel: string): Promise<void> {
    const client = this.#client;
    client.on('error', this.#onError);
    client.on('close', () => {
      this.#stream = null;
    });
    await client.connect();
    // Answered, for once: a refusal would go unnoticed later.
    await client.publish(ownChannel, '[]');
    this.#silence();
    client.on('ready', () => this.#silence());
    this.#aliveTimer = setInterval(() => this.#askForLife(), aliveEveryMs).unref();
  }

  publish(messages: Iterable<readonly [channel: string, message: string]>): void {
    let text = '';
    for (const [channel, message] of messages) {
      text += `*3\r\n$7\r\nPUBLISH\r\n${bulk(channel)}${bulk(message)}`;
    }
    this.#stream?.write(text);
  }

  renew(): Promise<void> {
    this.#stream = null;
    // It is silenced first: its listener is older.
    const renewed = new Promise<void>((resolve) => this.#client.once('ready', resolve));
    this.#client.disconnect(true);
    return renewed;
  }

  close(): void {
    clearInterval(this.#aliveTimer);
    this.#client.disconnect();
  }

  #silence(): void {
    const { stream } = this.#client;
    stream.write('*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n');
    this.#stream = stream;
  }

  /** Without an answer in time the client gives the connection up, and makes another. */
  #askForLife(): void {
    if (this.#stream === null) return;
    this.#client.call('CLIENT', 'REPLY', 'ON').catch(this.#onError);
    // At once: nothing that is published may be answered in between.
    this.#silence();
  }
}

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
