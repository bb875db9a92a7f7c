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

export interface CrowdOptions {
  readonly dialect: Dialect;
  readonly ports: readonly number[];
  readonly pairs: number;
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
  readonly #senders: readonly Sender[];

  static async gather({ dialect, ports, pairs }: CrowdOptions): Promise<Crowd> {
    const portOf = (index: number) => ports[index % ports.length] as number;
    const couples = Array.from({ length: pairs }, (_, index) => ({
      room: `room-${index}`,
      ports: [portOf(index), portOf(Math.floor(index / ports.length))] as const,
    }));
    const senders: Sender[] = [];
    const crowd = new Crowd(senders);
    for (let index = 0; index < pairs; index += atOnce) {
      const slice = couples.slice(index, index + atOnce);
      const met = await Promise.all(slice.map((couple) => crowd.#meet(dialect, couple)));
      senders.push(...met.flat());
    }
    return crowd;
  }

  private constructor(senders: readonly Sender[]) {
    this.#senders = senders;
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

  [Symbol.dispose](): void {
    for (const { connection } of this.#senders) connection.close();
  }

  async #meet(
    dialect: Dialect,
    { room, ports }: { room: string; ports: readonly [number, number] },
  ): Promise<Sender[]> {
    const enter = async (port: number, name: string) => {
      const connection = await Connection.open(port, dialect.path(name));
      const id = await dialect.open(connection, name);
      await dialect.join(connection, room);
      this.#listen(connection, dialect);
      return { connection, id };
    };
    const one = await enter(ports[0], `${room}-a`);
    const other = await enter(ports[1], `${room}-b`);
    const sender = (connection: Connection, to: string): Sender => ({
      connection,
      candidate: template(dialect.signal({ room, to, kind: 'candidate', data: candidate })),
      description: template(dialect.signal({ room, to, kind: 'offer', data: description })),
    });
    return [sender(one.connection, other.id), sender(other.connection, one.id)];
  }

  #listen(connection: Connection, { isSignal }: Dialect): void {
    const before = connection.onText;
    connection.onText = (text) => {
      if (isSignal(text)) this.onSignal(readSequence(text));
      else before(text);
    };
  }
}

const template = (text: string): Template => ({
  ...encodeFrame(text),
  sequenceAt: text.indexOf(sequencePlace),
});
