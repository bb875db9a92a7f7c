import type { NodeMessage, SignalEnvelope } from '@switchboard/core';
import { JsonText, writeContent } from '@switchboard/protocol';

/**
 * What one node has for another at the end of a turn, as one text: the length of a JSON array, the
 * array, and behind it the data of its signals, one after another. Their data is not part of the
 * array, so that nobody reads it but its receiver: it is the larger part of what goes from node to
 * node. Lengths are in UTF-16 code units.
 *
 * In the array a signal is an array as well, and every other message an object.
 */
export class Batch {
  #head = '';
  #data = '';

  add(message: NodeMessage): void {
    if (this.#head !== '') this.#head += ',';
    if (message.type !== 'signal') {
      this.#head += JSON.stringify(message);
      return;
    }
    const data = writeContent(message.signal.data);
    this.#head += JSON.stringify(fieldsOf(message.signal, data.length));
    this.#data += data;
  }

  get text(): string {
    return `${this.#head.length + 2}[${this.#head}]${this.#data}`;
  }
}

/** Of nobody's messages. */
export const emptyBatch = new Batch().text;

/** A batch begins with a digit, and nothing else that is published does. */
export const isBatch = (text: string): boolean => text !== '' && text.charCodeAt(0) <= nine;
const nine = '9'.charCodeAt(0);

/** @throws SyntaxError for what `Batch` has not written. */
export function readBatch(text: string): NodeMessage[] {
  const from = text.indexOf('[');
  let at = from + Number(text.slice(0, from));
  const list: readonly (SignalFields | NodeMessage)[] = JSON.parse(text.slice(from, at));
  const messages = list.map((each): NodeMessage => {
    if (!Array.isArray(each)) return each as NodeMessage;
    const fields = each as unknown as SignalFields;
    const data = new JsonText(text.slice(at, at + fields[0]));
    at += fields[0];
    return { type: 'signal', signal: envelopeOf(fields, data) };
  });
  if (at !== text.length) throw new SyntaxError('a batch has another length than it says');
  return messages;
}

type SignalFields = readonly [
  dataLength: number,
  tenant: SignalEnvelope['room']['tenant'],
  roomId: SignalEnvelope['room']['roomId'],
  incarnation: SignalEnvelope['incarnation'],
  rev: number,
  from: SignalEnvelope['from'],
  epoch: number,
  to: SignalEnvelope['to'],
  seat: number,
  kind: SignalEnvelope['kind'],
  delivery: SignalEnvelope['delivery'] | null,
  origin: SignalEnvelope['origin'],
  acceptedAt: number,
  sentAt: number,
  attempt: SignalEnvelope['attempt'],
];

const fieldsOf = (signal: SignalEnvelope, dataLength: number): SignalFields => [
  dataLength,
  signal.room.tenant,
  signal.room.roomId,
  signal.incarnation,
  signal.rev,
  signal.from,
  signal.epoch,
  signal.to,
  signal.seat,
  signal.kind,
  signal.delivery ?? null,
  signal.origin,
  signal.acceptedAt,
  signal.sentAt,
  signal.attempt,
];

const envelopeOf = (fields: SignalFields, data: JsonText): SignalEnvelope => ({
  room: { tenant: fields[1], roomId: fields[2] },
  incarnation: fields[3],
  rev: fields[4],
  from: fields[5],
  epoch: fields[6],
  to: fields[7],
  seat: fields[8],
  kind: fields[9],
  data,
  delivery: fields[10] ?? undefined,
  origin: fields[11],
  acceptedAt: fields[12],
  sentAt: fields[13],
  attempt: fields[14],
});
