import { Redis } from 'ioredis';

/** What was published to the channels of an installation. */
export interface Publications {
  readonly byChannel: ReadonlyMap<string, number>;
}

/** Listens to all channels that begin with a prefix, as one more subscriber. */
export class PublicationCounter implements AsyncDisposable {
  readonly #client: Redis;
  readonly #prefix: string;
  readonly #byChannel = new Map<string, number>();

  static async open(url: string, prefix: string): Promise<PublicationCounter> {
    const counter = new PublicationCounter(url, prefix);
    await counter.#client.psubscribe(`${prefix}*`);
    return counter;
  }

  private constructor(url: string, prefix: string) {
    this.#client = new Redis(url);
    this.#prefix = prefix;
    this.#client.on('pmessage', (_pattern: string, channel: string, message: string) => {
      // Nodes look every second whether they hear themselves.
      if (message.startsWith('{"probe"')) return;
      const name = channel.slice(this.#prefix.length);
      this.#byChannel.set(name, (this.#byChannel.get(name) ?? 0) + 1);
    });
  }

  /** Everything that was published before the call. */
  async settled(): Promise<Publications> {
    // Redis answers on this connection after what it has published to it.
    await this.#client.ping();
    return { byChannel: new Map(this.#byChannel) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.disconnect();
  }
}
