import { Connection } from '../clients/connection.ts';
import type { Dialect } from '../clients/dialect.ts';
import { encodeFrame, type Frame, maskedByte } from '../clients/frames.ts';
import { candidate, description, readSequence, sequencePlace, writeSequence } from './payloads.ts';

/** A frame that sends a signal, and where its number is to be written. */
interface Template extends Frame {
  readonly sequenceAt: number;
}

interface Sender {
  readonly connection: Connection;
  readonly candidate: Template;
  readonly description: Template;
}

interface Client {
  readonly connection: Connection;
  readonly id: string;
}

export interface CrowdOptions {
  readonly dialect: Dialect;
  readonly ports: readonly number[];
  readonly pairs: number;
  /** No two crowds at one target may have the same, or they would meet. */
  readonly name: string;
}

/** One signal in so many is a description. */
const descriptionEvery = 10;
/** How many connect at once: a burst is not what is measured here. */
const atOnce = 16;

/**
 * Pairs of clients, each in a room of its own, that send each other signals. All combinations of
 * nodes are equally common, so of N nodes one signal in N stays within its node.
 */
export class Crowd implements Disposable {
  /** Called with the number that an arriving signal carries. */
  onSignal: (sequence: number) => void = () => undefined;
  readonly #options: CrowdOptions;
  readonly #clients: readonly Client[];
  #senders: readonly Sender[] = [];

  /** All are connected, and none is in a room yet. */
  static async connect(options: CrowdOptions): Promise<Crowd> {
    const { dialect, ports, pairs, name } = options;
    const portOf = (index: number) => ports[index % ports.length] as number;
    const portOfClient = (client: number) => {
      const pair = Math.floor(client / 2);
      return portOf(client % 2 === 0 ? pair : Math.floor(pair / ports.length));
    };
    const clients = await inBatches(2 * pairs, async (index) => {
      const own = `${name}-${index}`;
      const connection = await Connection.open(portOfClient(index), dialect.path(own));
      return { connection, id: await dialect.open(connection, own) };
    });
    return new Crowd(options, clients);
  }

  private constructor(options: CrowdOptions, clients: readonly Client[]) {
    this.#options = options;
    this.#clients = clients;
  }

  /** Every pair meets in its room. */
  async meet(): Promise<void> {
    const { dialect, pairs } = this.#options;
    const met = await inBatches(pairs, async (index) => {
      const one = this.#clients[2 * index] as Client;
      const other = this.#clients[2 * index + 1] as Client;
      const room = this.#roomOf(index);
      for (const { connection } of [one, other]) {
        await dialect.join(connection, room);
        this.#listen(connection);
      }
      return [this.#sender(one, other, room), this.#sender(other, one, room)];
    });
    this.#senders = met.flat();
  }

  /** Sends one signal. Whose turn it is follows from its number. */
  send(sequence: number): void {
    const sender = this.#senders[sequence % this.#senders.length] as Sender;
    const isDescription = Math.floor(sequence / this.#senders.length) % descriptionEvery === 0;
    const { bytes, textAt, sequenceAt } = isDescription ? sender.description : sender.candidate;
    const copy = Buffer.from(bytes);
    writeSequence(sequence, sequenceAt, (byte, at) => {
      copy[textAt + at] = maskedByte(byte, at);
    });
    sender.connection.send({ bytes: copy });
  }

  /** All go; rudely, they are gone without a goodbye. */
  leave({ rudely }: { readonly rudely: boolean }): void {
    const { goodbye } = this.#options.dialect;
    for (const { connection } of this.#clients) connection.close(rudely ? null : goodbye);
  }

  [Symbol.dispose](): void {
    this.leave({ rudely: false });
  }

  #roomOf(pair: number): string {
    return `room-${this.#options.name}-${pair}`;
  }

  #sender({ connection }: Client, { id: to }: Client, room: string): Sender {
    const { dialect } = this.#options;
    return {
      connection,
      candidate: template(dialect.signal({ room, to, kind: 'candidate', data: candidate })),
      description: template(dialect.signal({ room, to, kind: 'offer', data: description })),
    };
  }

  #listen(connection: Connection): void {
    const { isSignal } = this.#options.dialect;
    const before = connection.onText;
    connection.onText = (text) => {
      if (isSignal(text)) this.onSignal(readSequence(text));
      else before(text);
    };
  }
}

/** In the order of their numbers, some at once. */
export async function inBatches<T>(
  count: number,
  make: (index: number) => Promise<T>,
  size = atOnce,
): Promise<T[]> {
  const made: T[] = [];
  for (let from = 0; from < count; from += size) {
    const batch = Array.from({ length: Math.min(size, count - from) }, (_, at) => make(from + at));
    made.push(...(await Promise.all(batch)));
  }
  return made;
}

const template = (text: string): Template => ({
  ...encodeFrame(text),
  sequenceAt: text.indexOf(sequencePlace),
});
