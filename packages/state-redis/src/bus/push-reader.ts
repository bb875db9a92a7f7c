/** What Redis answers to the signs of life that are asked for over a subscription. */
const pong = Buffer.from('+PONG\r\n');
const carriageReturn = 13;
const zero = 48;

export interface PushReaderEvents {
  onMessage(message: string): void;
  /** What is the client library's to read; from the first that is no answer to a ping on, all. */
  onOther(bytes: Buffer): void;
}

/**
 * Reads the messages of one channel out of what Redis sends to a subscriber (RESP3, "Pushes"), and
 * nothing else. The client library builds arrays, strings and events for each of them, which costs
 * as much as the rest of the way from the socket to the core. At anything unknown it gives
 * up for good, and hands over from there: nothing is lost by that, and nothing read twice.
 */
export class PushReader {
  readonly #start: Buffer;
  readonly #events: PushReaderEvents;
  /** Of a message that has not arrived as a whole. */
  #rest: Buffer | null = null;
  #hasGivenUp = false;

  constructor(channel: string, events: PushReaderEvents) {
    const length = Buffer.byteLength(channel);
    this.#start = Buffer.from(`>3\r\n$7\r\nmessage\r\n$${length}\r\n${channel}\r\n$`);
    this.#events = events;
  }

  take(chunk: Buffer): void {
    if (this.#hasGivenUp) {
      this.#events.onOther(chunk);
      return;
    }
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = null;
    let at = 0;
    while (at < bytes.length) {
      const isPong = bytes[at] === pong[0];
      const known = isPong ? pong : this.#start;
      if (!beginsLike(bytes, at, known)) {
        this.#giveUp(bytes.subarray(at));
        return;
      }
      const end = isPong ? at + pong.length : this.#readMessage(bytes, at + known.length);
      if (end > bytes.length) {
        this.#rest = bytes.subarray(at);
        return;
      }
      if (isPong) this.#events.onOther(bytes.subarray(at, end));
      at = end;
    }
  }

  /** @param from of its length. @returns where it ends; beyond all bytes, when it is not whole. */
  #readMessage(bytes: Buffer, from: number): number {
    let at = from;
    let length = 0;
    for (; at < bytes.length && bytes[at] !== carriageReturn; at++) {
      length = length * 10 + (bytes[at] as number) - zero;
    }
    const textAt = at + 2;
    const end = textAt + length + 2;
    if (at >= bytes.length || end > bytes.length) return Number.POSITIVE_INFINITY;
    this.#events.onMessage(bytes.toString('utf8', textAt, textAt + length));
    return end;
  }

  #giveUp(bytes: Buffer): void {
    this.#hasGivenUp = true;
    this.#events.onOther(bytes);
  }
}

/** Whether they are the same, as far as there are bytes. */
function beginsLike(bytes: Buffer, at: number, known: Buffer): boolean {
  const end = Math.min(bytes.length, at + known.length);
  return bytes.compare(known, 0, end - at, at, end) === 0;
}
