import { type ChatMessage, limits, type MessageId } from '@switchboard/protocol';

/** From where on a client has to be told of messages that it is not known to have been told. */
export interface ChatStart {
  /** How many messages the room had seen by then. */
  readonly count: number;
  /** The last one that the client was told. */
  readonly last?: MessageId | null;
  /** Where it was told none: when it came, in epoch milliseconds by the cluster's clock. */
  readonly since: number;
}

/** Which messages of one room a client has been told. */
export class ChatLog {
  readonly #start: ChatStart;
  /** No more than the room itself keeps, the oldest first. */
  readonly #told = new Set<MessageId>();
  #count: number;

  constructor(start: ChatStart) {
    this.#start = start;
    this.#count = start.count;
  }

  /** How many messages the room had seen when the client had been told of all. */
  get count(): number {
    return this.#count;
  }

  get last(): MessageId | null {
    return [...this.#told].at(-1) ?? this.#start.last ?? null;
  }

  /** One more message of the room. @returns whether the client has not been told of it yet. */
  take({ id }: ChatMessage): boolean {
    this.#count += 1;
    return this.#add(id);
  }

  /** Brings it up to a state of the room. @returns what the client is to be told, in order. */
  catchUp(history: readonly ChatMessage[], count: number): ChatMessage[] {
    this.#count = Math.max(this.#count, count);
    const { last, since } = this.#start;
    const known = last ? history.findIndex(({ id }) => id === last) : -1;
    // Of a last one that the room does not keep any more, all others are later.
    const from = last ? 0 : since;
    const later = history.filter(({ at }, index) => index > known && at >= from);
    return later.filter(({ id }) => this.#add(id));
  }

  #add(id: MessageId): boolean {
    if (this.#told.has(id)) return false;
    this.#told.add(id);
    const [oldest] = this.#told;
    if (this.#told.size > limits.chatMessages && oldest !== undefined) this.#told.delete(oldest);
    return true;
  }
}
