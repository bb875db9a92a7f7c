import type { Redis } from 'ioredis';
import type { RedisAddress } from '../connection/address.ts';
import { createSubscriberClient, reconnectDelayMs } from '../connection/client.ts';
import { PushReader } from './push-reader.ts';

export interface SubscriptionEvents {
  onMessage(message: string): void;
  /** Subscribed anew after a loss: messages were missed in between. */
  onResubscribed(): void;
  onError(error: unknown): void;
}

/** Between two signs of life that are asked for; a subscription says nothing by itself. */
const pingMs = 2_000;

/**
 * A subscription to one channel that is kept up for as long as it takes. It is our own loop,
 * and not the client library's, because a loss must be noticed: pub/sub repeats nothing.
 */
export class Subscription {
  readonly #address: RedisAddress;
  readonly #channel: string;
  readonly #events: SubscriptionEvents;
  #client: Redis | undefined;
  #isLive = false;
  #isClosed = false;
  #attempt = 0;
  #retryTimer: NodeJS.Timeout | undefined;
  #pingTimer: NodeJS.Timeout | undefined;

  constructor(address: RedisAddress, channel: string, events: SubscriptionEvents) {
    this.#address = address;
    this.#channel = channel;
    this.#events = events;
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /**
   * Resolves once no message can be missed any more.
   *
   * @throws when the first attempt fails: a node that cannot reach its Redis does not start.
   */
  async open(): Promise<void> {
    await this.#subscribe();
  }

  close(): void {
    this.#isClosed = true;
    this.#isLive = false;
    clearTimeout(this.#retryTimer);
    clearInterval(this.#pingTimer);
    this.#client?.disconnect();
  }

  async #subscribe(): Promise<void> {
    const client = createSubscriberClient(this.#address, this.#attempt);
    this.#client = client;
    client.on('error', (error) => this.#events.onError(error));
    client.on('message', (_channel: string, message: string) => this.#events.onMessage(message));
    try {
      await client.connect();
      await client.subscribe(this.#channel);
    } catch (error) {
      client.disconnect();
      throw error;
    }
    // A loss before this line makes no event any more, but shows in the status.
    client.once('end', () => this.#onLost());
    if (client.status !== 'ready') {
      this.#onLost();
      return;
    }
    readDirectly(client, this.#channel, this.#events.onMessage);
    this.#isLive = true;
    this.#attempt = 0;
    // Without an answer the client gives the connection up, which ends it.
    const ping = () => client.ping().catch((error: unknown) => this.#events.onError(error));
    this.#pingTimer = setInterval(ping, pingMs).unref();
  }

  #onLost(): void {
    if (this.#isClosed) return;
    this.#isLive = false;
    clearInterval(this.#pingTimer);
    this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    this.#attempt += 1;
    this.#retryTimer = setTimeout(() => void this.#retry(), reconnectDelayMs(this.#attempt));
  }

  async #retry(): Promise<void> {
    try {
      await this.#subscribe();
    } catch (error) {
      this.#events.onError(error);
      if (!this.#isClosed) this.#scheduleRetry();
      return;
    }
    if (this.#isClosed) this.#client?.disconnect();
    else if (this.#isLive) this.#events.onResubscribed();
  }
}

/** From here on the messages do not pass the client library; what it waits for, it still reads. */
function readDirectly(client: Redis, channel: string, onMessage: (message: string) => void): void {
  const { stream } = client;
  // The library's parser comes before its other listeners.
  const [parse] = stream.listeners('data') as ((bytes: Buffer) => void)[];
  if (!parse) return;
  stream.removeListener('data', parse);
  const reader = new PushReader(channel, { onMessage, onOther: parse });
  stream.prependListener('data', (bytes: Buffer) => reader.take(bytes));
}
