import type { ChatMessage, CommandPayload, RoomSnapshot } from '@switchboard/protocol';
import { limits } from '@switchboard/protocol/limits';
import { Emitter, type Handler, type Subscribable } from '../emitter.ts';
import { SwitchboardError } from '../errors.ts';
import { persist } from '../persist.ts';
import { randomId } from '../random-id.ts';
import { patienceMs, type RoomLink } from './room-link.ts';

export interface ChatEvents {
  /** What another participant has said, each once; also what was said while this client was away. */
  message: ChatMessage;
}

/** The chat of a room. */
export interface Chat extends Subscribable<ChatEvents> {
  /**
   * Says something to all in the room; white space around it is taken off. Lost connections and
   * answers are waited out for half a minute, and it is said once whatever happens.
   *
   * @throws SwitchboardError
   */
  send(text: string): Promise<ChatMessage>;
  /**
   * What has been said, the oldest first: the last 100 messages, or those `before` a message.
   *
   * @throws SwitchboardError
   */
  history(options?: HistoryOptions): Promise<readonly ChatMessage[]>;
}

export type HistoryOptions = Omit<CommandPayload<'chat:history'>, 'roomId'>;

type Count = Pick<RoomSnapshot, 'incarnation' | 'messages'>;

/** Messages of which is remembered that they are known: more than can be read at once. */
const remembered = 3 * limits.chatMessages;

/**
 * A chat from the inside. What was missed is found by counting: a snapshot says how many messages
 * there have been. One's own are not counted, so that at worst one is read that is known.
 */
export class RoomChat implements Chat {
  readonly #link: RoomLink;
  readonly #events = new Emitter<ChatEvents>();
  /** Messages that have been told, and one's own. */
  readonly #known = new Set<string>();
  /** The last snapshot up to which nothing is missing. */
  #complete: Count;
  /** The last snapshot. */
  #latest: Count;
  /** Told by events since `#complete`, and since `#latest`. */
  #heardSinceComplete = 0;
  #heardSinceLatest = 0;
  /** What is heard while earlier messages are being read. */
  #held: ChatMessage[] | null = null;

  constructor(link: RoomLink, snapshot: Count) {
    this.#link = link;
    this.#complete = snapshot;
    this.#latest = snapshot;
  }

  on<K extends keyof ChatEvents>(event: K, handler: Handler<ChatEvents[K]>): () => void {
    return this.#events.on(event, handler);
  }

  once<K extends keyof ChatEvents>(event: K, handler: Handler<ChatEvents[K]>): () => void {
    return this.#events.once(event, handler);
  }

  async send(text: string): Promise<ChatMessage> {
    const { roomId, send, over } = this.#link;
    const messageId = randomId();
    const payload = { roomId, messageId, text: text.trim() };
    const attempt = () =>
      send({
        command: 'chat:send',
        payload,
        take: ({ message }) => {
          this.#remember(message);
          return message;
        },
      });
    try {
      return await persist(attempt, { signal: over, patienceMs });
    } catch (error) {
      if (!(error instanceof SwitchboardError) || error.code !== 'invalid_argument') throw error;
      // Said by one's former self, without the answer having come: the id is that one's.
      const said = (await this.history()).find((message) => this.#isOwn(message, messageId));
      if (said) return said;
      throw error;
    }
  }

  history(options: HistoryOptions = {}): Promise<readonly ChatMessage[]> {
    const { roomId, send } = this.#link;
    return send({
      command: 'chat:history',
      payload: { roomId, ...options },
      take: ({ messages }) => messages,
    });
  }

  hear(message: ChatMessage): void {
    this.#heardSinceComplete += 1;
    this.#heardSinceLatest += 1;
    if (this.#held) this.#held.push(message);
    else this.#tell(message);
  }

  /** Tells what was said, as a snapshot shows, without having been heard. */
  catchUp({ incarnation, messages }: Count): void {
    this.#latest = { incarnation, messages };
    this.#heardSinceLatest = 0;
    if (incarnation !== this.#complete.incarnation) {
      this.#complete = { incarnation, messages: 0 };
      this.#heardSinceComplete = 0;
    }
    if (!this.#held) void this.#readMissing();
  }

  async #readMissing(): Promise<void> {
    while (this.#latest !== this.#complete) {
      const latest = this.#latest;
      const missing = latest.messages - this.#complete.messages;
      const heard = this.#heardSinceComplete - this.#heardSinceLatest;
      if (missing > heard && !(await this.#readLast(missing))) break;
      // Another one has come meanwhile.
      if (latest !== this.#latest) continue;
      this.#complete = latest;
      this.#heardSinceComplete = this.#heardSinceLatest;
    }
    const held = this.#held ?? [];
    this.#held = null;
    for (const message of held) this.#tell(message);
  }

  /** @returns false if they are not to be had. */
  async #readLast(count: number): Promise<boolean> {
    this.#held ??= [];
    const limit = Math.min(count, limits.chatMessages);
    try {
      const read = () => this.history({ limit });
      const messages = await persist(read, { signal: this.#link.over });
      for (const message of messages) this.#tell(message);
      return true;
    } catch (error) {
      if (error instanceof SwitchboardError) return false;
      throw error;
    }
  }

  #tell(message: ChatMessage): void {
    const { over, isOneself } = this.#link;
    const isNews = !this.#known.has(message.id) && !isOneself(message.from) && !over.aborted;
    this.#remember(message);
    if (isNews) this.#events.emit('message', message);
  }

  #remember({ id }: ChatMessage): void {
    this.#known.add(id);
    for (const oldest of this.#known) {
      if (this.#known.size <= remembered) break;
      this.#known.delete(oldest);
    }
  }

  #isOwn({ id, from }: ChatMessage, messageId: string): boolean {
    return id === messageId && this.#link.isOneself(from);
  }
}
