import type { Redis } from 'ioredis';
import { emptyBatch } from './batch.ts';
import type { Publisher, PublisherEvents } from './publisher.ts';
import { UnprovenMessages } from './unproven-messages.ts';

/** Between two signs of life that are asked for; an answer to nothing else comes over this line. */
const aliveEveryMs = 2_000;
/** The same while something has been published: so much, at most, is in doubt after a loss. */
const provenEveryMs = 250;
/** What may wait for a Redis that does not read. UTF-16 code units. */
const mostWaiting = 32 * 1024 * 1024;

/**
 * Publishes over a connection on which Redis answers nothing (`CLIENT REPLY OFF`). How many have
 * received a message proves nothing, and to read the answer would wake this process once more for
 * every message that it sends, and cost it as much as the sending. What goes to several channels
 * goes out in one piece.
 *
 * Whether Redis is still there is asked every 2 s, and four times a second while there is something
 * to publish, by switching answers on, which is answered, and off again. The answer proves that
 * Redis has read what was written before the question, and passed on what was written before the
 * question before that; the rest is kept, and counts as lost when the connection is.
 */
export class SilentPublisher implements Publisher {
  readonly #client: Redis;
  readonly #events: PublisherEvents;
  readonly #unproven = new UnprovenMessages();
  /** The connection that has been told to be silent; null while there is none. */
  #stream: Redis['stream'] | null = null;
  #aliveTimer: NodeJS.Timeout | undefined;
  #askedAt = 0;
  #isAsking = false;

  /** @param client that nobody else uses. */
  constructor(client: Redis, events: PublisherEvents) {
    this.#client = client;
    this.#events = events;
  }

  get isReady(): boolean {
    return this.#stream?.writable === true && this.#unproven.length < mostWaiting;
  }

  /** Messages of which nobody knows yet whether they have got there. */
  get inDoubt(): number {
    return this.#unproven.count;
  }

  async open(ownChannel: string): Promise<void> {
    const client = this.#client;
    client.on('error', this.#events.onError);
    client.on('close', () => {
      this.#stream = null;
      for (const message of this.#unproven.takeAll()) this.#events.onLost(message);
    });
    await client.connect();
    // Answered, for once: a refusal would go unnoticed later.
    await client.publish(ownChannel, emptyBatch);
    this.#silence();
    client.on('ready', () => this.#silence());
    this.#aliveTimer = setInterval(() => this.#askIfDue(), provenEveryMs).unref();
  }

  publish(messages: Iterable<readonly [channel: string, message: string]>): void {
    let text = '';
    for (const [channel, message] of messages) {
      this.#unproven.add(message);
      text += `*3\r\n$7\r\nPUBLISH\r\n${bulk(channel)}${bulk(message)}`;
    }
    if (this.#stream) this.#stream.write(text);
    else for (const message of this.#unproven.takeAll()) this.#events.onLost(message);
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
    // Nobody is here any more to be told what became of them.
    this.#unproven.takeAll();
    this.#client.disconnect();
  }

  #silence(): void {
    const { stream } = this.#client;
    stream.write('*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n');
    this.#stream = stream;
  }

  #askIfDue(): void {
    const isIdle = this.#unproven.count === 0 && performance.now() - this.#askedAt < aliveEveryMs;
    if (this.#stream !== null && !this.#isAsking && !isIdle) void this.#askForLife();
  }

  /** Without an answer in time the client gives the connection up, and makes another. */
  async #askForLife(): Promise<void> {
    this.#isAsking = true;
    this.#askedAt = performance.now();
    const stream = this.#stream;
    const { count } = this.#unproven;
    const answer = this.#client.call('CLIENT', 'REPLY', 'ON');
    // At once: nothing that is published may be answered in between.
    this.#silence();
    try {
      await answer;
      // The messages of a connection since then are none of those.
      if (this.#stream === stream) this.#unproven.markRead(count);
    } catch (error) {
      this.#events.onError(error);
    }
    this.#isAsking = false;
  }
}

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
