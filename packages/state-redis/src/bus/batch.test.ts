import type { NodeMessage } from '@switchboard/core';
import {
  Incarnation,
  type JsonContent,
  JsonText,
  NodeId,
  PeerId,
  RoomId,
  TenantId,
} from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { Batch, emptyBatch, isBatch, readBatch } from './batch.ts';

const room = { tenant: TenantId.parse('clinic'), roomId: RoomId.parse('consultation [é]') };
const origin = NodeId.parse('n1');

const signal = (data: JsonContent): NodeMessage & { type: 'signal' } => ({
  type: 'signal',
  signal: {
    ...{ room, incarnation: Incarnation.parse('first'), rev: 7, epoch: 3, seat: 2, kind: 'offer' },
    ...{ from: PeerId.parse('ada'), to: PeerId.parse('bob'), data, origin },
    delivery: { id: 'd1', seq: 4, ack: 2 } as never,
    ...{ acceptedAt: 1.5, sentAt: 2.25, attempt: 1 },
  },
});

const flushed: NodeMessage = { type: 'flushed', room, peerId: PeerId.parse('bob'), node: origin };

/** What somebody reads of a batch of those, as JSON. */
function passed(messages: readonly NodeMessage[]): unknown {
  const batch = new Batch();
  for (const message of messages) batch.add(message);
  expect(isBatch(batch.text)).toBe(true);
  return JSON.parse(JSON.stringify(readBatch(batch.text)));
}

const inJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('what is read is what was added, in order', () => {
  const values = [null, 0, '', '[]{"', 'é😀"\\\u2028\ud800', [], {}, { a: [1, { b: 'c' }] }];
  const messages = [flushed, ...values.map((value) => signal(value as JsonContent)), flushed];
  expect(passed(messages)).toEqual(inJson(messages));
  expect(passed([])).toEqual([]);
  expect(readBatch(emptyBatch)).toEqual([]);
});

test('data that has not been read goes on as it is', () => {
  const text = '{"sdp" :  "v=0"}';
  const batch = new Batch();
  batch.add(signal(new JsonText(text)));
  const [message] = readBatch(batch.text);
  expect(message?.type === 'signal' && message.signal.data).toEqual(new JsonText(text));
});

test('a signal without confirmations of delivery has none', () => {
  const { signal: envelope } = signal('x');
  const { delivery: _, ...rest } = envelope;
  expect(passed([{ type: 'signal', signal: rest }])).toEqual([
    { type: 'signal', signal: inJson(rest) },
  ]);
});

test.for(['{"probe":1}', '[]', '', '{'])('%s is no batch', (text) => {
  expect(isBatch(text)).toBe(false);
});

test.for(['2', '4[', '9[]', '1[1]', '[', '12[["x"]]', '"', '-1[]'])('%s cannot be read', (text) => {
  expect(() => readBatch(text)).toThrow();
});
