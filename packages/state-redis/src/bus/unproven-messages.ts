/**
 * Messages that have been written to a connection, and of which nobody knows yet whether Redis has
 * read them.
 */
export class UnprovenMessages {
  #messages: string[] = [];
  #length = 0;

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

  /** Redis has read so many, from the oldest on. */
  forget(count: number): void {
    for (const message of this.#messages.splice(0, count)) this.#length -= message.length;
  }

  /** They are not kept here any more. */
  takeAll(): readonly string[] {
    const messages = this.#messages;
    this.#messages = [];
    this.#length = 0;
    return messages;
  }
}
