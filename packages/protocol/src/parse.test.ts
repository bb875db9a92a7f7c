import { describe, expect, test } from 'vitest';
import { type CommandName, commands } from './commands.ts';
import { SignalingError } from './errors.ts';
import { limits } from './limits.ts';
import { isCommandName, parseCommand } from './parse.ts';

/** A payload of each command with every field. */
const valid: { [K in CommandName]: Record<string, unknown> } = {
  'room:join': {
    roomId: 'consultation',
    name: 'Ada',
    role: 'practitioner',
    media: { camera: true, microphone: false, screen: false },
    capacity: 2,
    duplicates: 'allow',
    rejoin: 'ada',
  },
  'room:leave': { roomId: 'consultation' },
  'room:end': { roomId: 'consultation' },
  'media:update': { roomId: 'consultation', media: { camera: true } },
  'session:identify': { userId: 'ada', name: 'Ada', role: 'practitioner' },
  'session:withdraw': {},
  'auth:refresh': { token: 'header.payload.signature' },
  'room:relay': { roomId: 'consultation', name: 'hand-raised', data: { up: true } },
  'chat:send': { roomId: 'consultation', messageId: 'm1', text: 'Good morning' },
  'chat:history': { roomId: 'consultation', before: 'm1', limit: 10 },
  'annotation:put': { roomId: 'consultation', id: 'a1', data: { x: 1, y: 2 } },
  'annotation:remove': { roomId: 'consultation', id: 'a1' },
  'annotation:list': { roomId: 'consultation' },
  'chat:typing': { roomId: 'consultation', isTyping: true },
  'presence:watch': { userIds: ['ada'] },
  'presence:unwatch': { userIds: ['ada'] },
  'call:invite': {
    ...{ to: 'bob', callId: 'c1', roomId: 'consultation', ringMs: 30_000, whenBusy: 'ring' },
    data: { subject: 'Results' },
  },
  'call:accept': { callId: 'c1' },
  'call:reject': { callId: 'c1' },
  'call:cancel': { callId: 'c1' },
  'call:end': { callId: 'c1' },
  'ice:servers': {},
  signal: { roomId: 'consultation', to: 'bob', kind: 'offer', data: { type: 'offer', sdp: '' } },
};

const names = Object.keys(commands) as CommandName[];

function refusalOf(name: CommandName, payload: unknown): Pick<SignalingError, 'code' | 'path'> {
  try {
    parseCommand(name, payload);
  } catch (error) {
    if (error instanceof SignalingError) return { code: error.code, path: error.path };
    throw error;
  }
  throw new Error(`${name} was accepted`);
}

/** JSON.parse makes own keys of names that a literal would treat specially, as the wire does. */
const fromWire = (json: string): Record<string, unknown> => JSON.parse(json);

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe.each(names)('%s', (name) => {
  const payload = valid[name];
  /** The first field of each command that has any is one that it cannot do without. */
  const required = Object.keys(payload).slice(0, 1);

  test('is accepted with all its fields', () => {
    expect(parseCommand(name, payload)).toEqual(payload);
  });

  test.each([undefined, null, 0, 'text', true, [], [{}]])(
    'SPEC 2.3: %j is no payload',
    (notAPayload) => {
      expect(refusalOf(name, notAPayload)).toMatchObject({ code: 'invalid_argument' });
    },
  );

  test('SPEC 2.3: a field of a wrong type is refused with its path', () => {
    for (const field of Object.keys(payload).filter((key) => key !== 'data')) {
      const wrongs = [null, 17.5, [], [[]], { length: 1 }, ''];
      for (const wrong of typeof payload[field] === 'boolean' ? wrongs : [...wrongs, true]) {
        const refusal = refusalOf(name, { ...payload, [field]: wrong });
        expect(refusal.code, `${field}: ${JSON.stringify(wrong)}`).toBe('invalid_argument');
        expect(refusal.path?.[0]).toBe(field);
      }
    }
  });

  test.each(required)('SPEC 2.3: without %s it is refused, with its path', (field) => {
    const { [field]: _, ...rest } = payload;
    expect(refusalOf(name, rest)).toEqual({ code: 'invalid_argument', path: [field] });
  });

  test('SPEC 2.3: a field too many is refused with its path', () => {
    const refusal = refusalOf(name, { ...payload, from: 'eve' });
    expect(refusal).toEqual({ code: 'invalid_argument', path: ['from'] });
  });

  test.each(['__proto__', 'constructor', 'prototype'])('SPEC 2.3: %s is no key', (key) => {
    const polluted = fromWire(`{"${key}":{"polluted":true}}`);
    Object.defineProperties(polluted, Object.getOwnPropertyDescriptors(payload));
    expect(refusalOf(name, polluted)).toEqual({ code: 'invalid_argument', path: [key] });
    const deep = { ...payload, media: fromWire(`{"a":[{"${key}":1}]}`) };
    expect(refusalOf(name, deep).path).toEqual(['media', 'a', 0, key]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('SPEC 2.3: binary data is refused with its path', () => {
    const [first = 'extra'] = required;
    for (const binary of [Buffer.from('x'), new Uint8Array(4), new ArrayBuffer(4)]) {
      const refusal = refusalOf(name, { ...payload, [first]: binary });
      expect(refusal).toEqual({ code: 'invalid_argument', path: [first] });
    }
  });

  test('SPEC 2.3: deep nesting is refused', () => {
    for (const depth of [limits.jsonDepth, 10_000]) {
      const refusal = refusalOf(name, { ...payload, media: nested(depth) });
      expect(refusal.code).toBe('invalid_argument');
      expect(refusal.path?.length).toBe(limits.jsonDepth);
    }
  });

  test('SPEC 2.4: a text of a megabyte is too large', () => {
    const refusal = refusalOf(name, { ...payload, roomId: 'x'.repeat(1_048_576) });
    expect(refusal).toEqual({ code: 'payload_too_large', path: ['roomId'] });
  });
});

test('SPEC 2.4: a signal may be as large as its limit, and no larger', () => {
  const withText = (length: number) => ({
    roomId: 'r',
    to: 'p',
    kind: 'custom',
    data: 'x'.repeat(length),
  });
  // What stands around the text: the object, the four keys and three short texts.
  const around = 8 + 'roomIdtokinddata'.length + 'rpcustom'.length;
  expect(() => parseCommand('signal', withText(limits.signalBytes - around))).not.toThrow();
  expect(refusalOf('signal', withText(limits.signalBytes - around + 1))).toEqual({
    code: 'payload_too_large',
    path: ['data'],
  });
});

test('SPEC 2.3: control characters and lone surrogates are in no identifier', () => {
  for (const roomId of ['a\u0000b', 'a\nb', '\u007f', '\u009b31m', 'a\ud800', '\udc00\ud800']) {
    expect(refusalOf('room:leave', { roomId })).toMatchObject({ path: ['roomId'] });
  }
});

test('SPEC 2.3: any other character is', () => {
  for (const roomId of ['é😀\u2028', '"\\', ' ', '{a}', '*']) {
    expect(parseCommand('room:leave', { roomId })).toEqual({ roomId });
  }
});

test('SPEC 3.1: what is not said of a join is silence, and no capacity', () => {
  expect(parseCommand('room:join', { roomId: 'r' })).toEqual({
    roomId: 'r',
    media: { camera: false, microphone: false, screen: false },
  });
});

test('SPEC 4.1: any JSON is a signal, null too', () => {
  for (const data of [null, 0, false, '', [], {}, { candidate: 'x', sdpMLineIndex: 0 }]) {
    const payload = { roomId: 'r', to: 'p', kind: 'candidate', data };
    expect(parseCommand('signal', payload)).toEqual(payload);
  }
  const without = { roomId: 'r', to: 'p', kind: 'candidate' };
  expect(refusalOf('signal', without)).toEqual({ code: 'invalid_argument', path: ['data'] });
});

test('names of Object.prototype are no commands', () => {
  for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty', '']) {
    expect(isCommandName(name)).toBe(false);
  }
});
