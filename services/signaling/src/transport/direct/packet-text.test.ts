import { JsonText } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { encodeFrames } from './frames.ts';
import { PacketText } from './packet-text.ts';

describe.each([
  ['/', ''],
  ['/v1', '/v1,'],
])('in the namespace %s', (namespace, named) => {
  const text = new PacketText(namespace);
  const parse = (packet: string) => text.parseEvent(Buffer.from(packet));

  test('an event is read with its id, its name and what comes after', () => {
    expect(parse(`42${named}["a"]`)).toEqual({ id: '', name: 'a', args: [] });
    expect(parse(`42${named}17["signal",{"é":[1]},null]`)).toEqual({
      id: '17',
      name: 'signal',
      args: [{ é: [1] }, null],
    });
  });

  test('what is no event of the namespace, or malformed, is left to Socket.IO', () => {
    const others = [
      '2',
      '40',
      `40${named}`,
      `43${named}1[]`,
      '42/other,["a"]',
      `451-${named}["a"]`,
    ];
    const malformed = ['', '[', '{}', '"a"', '[]', '[5]', '[null]', '1', '1x["a"]', '-1["a"]'];
    const tooLong = `${'9'.repeat(16)}["a"]`;
    for (const packet of [
      ...others,
      ...[...malformed, tooLong].map((rest) => `42${named}${rest}`),
    ]) {
      expect(parse(packet), packet).toBeNull();
    }
  });

  test('names that Socket.IO keeps for itself are left to it', () => {
    for (const name of ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener']) {
      expect(parse(`42${named}["${name}",{}]`)).toBeNull();
    }
  });

  test('events and answers are written as Socket.IO writes them', () => {
    expect(text.event('welcome', [{ peerId: 'é"' }, '0'])).toBe(
      `42${named}["welcome",{"peerId":"é\\""},"0"]`,
    );
    const data = new JsonText('{"sdp" : "é"}');
    expect(text.event('signal', [{ from: 'a', data }])).toBe(
      `42${named}["signal",{"from":"a","data":{"sdp" : "é"}}]`,
    );
    expect(text.event('signal', [{ data }, '0', null])).toBe(
      `42${named}["signal",{"data":{"sdp" : "é"}},"0",null]`,
    );
    expect(text.answer('7', [{ ok: true }])).toBe(`43${named}7[{"ok":true}]`);
  });
});

test('RFC 6455, 5.2: texts of every length are frames, one after another', () => {
  const texts = [0, 1, 125, 126, 127, 0xffff, 0x10000].flatMap((length) => [
    'x'.repeat(length),
    'é'.repeat(length / 2),
    '😀'.repeat(length / 4),
  ]);
  const bytes = encodeFrames(texts);
  const read: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    expect(bytes[at]).toBe(0x81);
    const short = bytes[at + 1] as number;
    const wide = short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : bytes.readUInt16BE(at + 2);
    const length = short < 126 ? short : wide;
    const from = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    read.push(bytes.toString('utf8', from, from + length));
    at = from + length;
  }
  expect(read).toEqual(texts);
});
