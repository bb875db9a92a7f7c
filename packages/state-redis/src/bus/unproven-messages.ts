/**
 * Messages that have been written to a connection, and of which nobody knows yet whether Redis has
 * passed them on. One that it has read may still be in its memory, and lost with it: Redis has
 * written to all receivers what it read before, once it answers a later question.
 */
export class UnprovenMessages {
  #messages: string[] = [];
  #length = 0;
  /** How many of the oldest Redis has read. */
  #read = 0;

  /** Of all of them together. UTF-16 code units. */
  get length(): number {
    return this.#length;
  }

  get count(): number {
    return this.#messages.length;
  }

  add(message: string): void {
    this.#messages.push(message);
    this.#length += message.length;
  }

  /** Redis has read so many, from the oldest on. Those of the last time are passed on by now. */
  markRead(count: number): void {
    for (const message of this.#messages.splice(0, this.#read)) this.#length -= message.length;
    this.#read = count - this.#read;
  }

  /** They are not kept here any more. */
  takeAll(): readonly string[] {
    const messages = this.#messages;
    this.#messages = [];
    this.#length = 0;
    this.#read = 0;
    return messages;
  }
}
