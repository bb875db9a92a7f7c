import type { CommandName } from '@switchboard/protocol';

/** A payload of each command that is right, but for its effect. */
export const valid: { readonly [K in CommandName]: Record<string, unknown> } = {
  'room:join': { roomId: 'malformed', media: { camera: true, microphone: true, screen: false } },
  'room:leave': { roomId: 'malformed' },
  'room:end': { roomId: 'malformed' },
  'media:update': { roomId: 'malformed', media: { camera: true } },
  'session:identify': { userId: 'ada' },
  'session:withdraw': {},
  'auth:refresh': { token: 'a token' },
  'room:relay': { roomId: 'malformed', name: 'hand', data: { up: true } },
  'chat:send': { roomId: 'malformed', messageId: 'm1', text: 'hello' },
  'chat:history': { roomId: 'malformed', limit: 3 },
  'annotation:put': { roomId: 'malformed', id: 'a1', data: { x: 1 } },
  'annotation:remove': { roomId: 'malformed', id: 'a1' },
  'annotation:list': { roomId: 'malformed' },
  'chat:typing': { roomId: 'malformed', isTyping: true },
  'presence:watch': { userIds: ['ada'] },
  'presence:unwatch': { userIds: ['ada'] },
  'call:invite': {
    ...{ to: 'bob', callId: 'c1', roomId: 'malformed', ringMs: 30_000, whenBusy: 'ring' },
    data: { subject: 'Results' },
  },
  'call:accept': { callId: 'c1' },
  'call:reject': { callId: 'c1' },
  'call:cancel': { callId: 'c1' },
  'call:end': { callId: 'c1' },
  'ice:servers': {},
  signal: { roomId: 'malformed', to: 'nobody', kind: 'custom', data: { sdp: '' } },
};

export interface Malformed {
  readonly what: string;
  readonly payload: unknown;
  readonly code: 'invalid_argument' | 'payload_too_large';
  /** What the path of the refusal begins with. */
  readonly path: readonly (string | number)[];
}

/** JSON.parse makes own keys of names that a literal would treat specially. */
const fromWire = (json: string): Record<string, unknown> => JSON.parse(json);

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

const invalid = (what: string, payload: unknown, path: Malformed['path']): Malformed => ({
  ...{ what, payload, path },
  code: 'invalid_argument',
});

/** Everything that is wrong with what a client may send for a command. */
export function malformedPayloads(name: CommandName): Malformed[] {
  const payload = valid[name];
  const [first] = Object.keys(payload);
  const polluted = (key: string) => {
    const object = fromWire(`{"${key}":{"polluted":true}}`);
    return Object.defineProperties(object, Object.getOwnPropertyDescriptors(payload));
  };
  return [
    ...[null, 0, 'text', true, [], [payload]].map((wrong) =>
      invalid(`no object: ${JSON.stringify(wrong)}`, wrong, []),
    ),
    invalid('a field too many', { ...payload, from: 'eve' }, ['from']),
    ...['__proto__', 'constructor', 'prototype'].map((key) =>
      invalid(`a key named ${key}`, polluted(key), [key]),
    ),
    invalid('deep nesting', { ...payload, extra: nested(500) }, ['extra', 0, 0]),
    invalid('nothing but binary', Buffer.from('binary'), []),
    ...(first === undefined ? [] : malformedFields(payload, first)),
  ];
}

/** What can be wrong with a field that has to be there. */
function malformedFields(payload: Record<string, unknown>, field: string): Malformed[] {
  const { [field]: _, ...rest } = payload;
  return [
    invalid('a missing field', rest, [field]),
    ...[null, 17.5, [], [[]], { length: 1 }, true, ''].map((wrong) =>
      invalid(`${field}: ${JSON.stringify(wrong)}`, { ...payload, [field]: wrong }, [field]),
    ),
    invalid('a binary field', { ...payload, [field]: Buffer.from('binary') }, [field]),
    {
      what: 'a text of a megabyte',
      payload: { ...payload, [field]: 'x'.repeat(1_048_576) },
      code: 'payload_too_large',
      path: [field],
    },
  ];
}
