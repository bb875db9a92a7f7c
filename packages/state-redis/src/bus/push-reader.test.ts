import { expect, test } from 'vitest';
import { PushReader } from './push-reader.ts';

const channel = 'tänant:node:n1';
const push = (message: string, on = channel): string =>
  `>3\r\n$7\r\nmessage\r\n$${Buffer.byteLength(on)}\r\n${on}\r\n$${Buffer.byteLength(message)}\r\n${message}\r\n`;

/** Reads a text that arrives in pieces of that many bytes. */
function read(text: string, pieceLength: number) {
  const messages: string[] = [];
  const others: string[] = [];
  const reader = new PushReader(channel, {
    onMessage: (message) => messages.push(message),
    onOther: (bytes) => others.push(bytes.toString('latin1')),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceLength) {
    reader.take(bytes.subarray(at, at + pieceLength));
  }
  return { messages, other: Buffer.from(others.join(''), 'latin1').toString() };
}

const texts = ['[]', '["über"]', '', `["${'x'.repeat(5_000)}"]`, '>3\\r\\n$7', '{"probe":1}'];
const all = `${push('first')}+PONG\r\n${texts.map((text) => push(text)).join('')}+PONG\r\n`;

test.for([1, 2, 3, 7, 64, 1_000, 100_000])('reads what arrives in pieces of %i bytes', (length) => {
  expect(read(all, length)).toEqual({
    messages: ['first', ...texts],
    other: '+PONG\r\n+PONG\r\n',
  });
});

test.for([
  ['a message of another channel', push('x', 'another')],
  ['a push of another kind', '>3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n'],
  ['an error', '-ERR no\r\n'],
  ['an array of RESP2', '*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\ny\r\n'],
  ['the rest of something else', 'lf of it"}\r\n'],
])('hands %s over, with all that comes after it', ([, unknown = '']) => {
  for (const length of [1, 5, 100_000]) {
    const { messages, other } = read(push('before') + unknown + push('after'), length);
    expect(messages).toEqual(['before']);
    expect(other).toBe(unknown + push('after'));
  }
});
