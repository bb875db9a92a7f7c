import {
  AnnotationId,
  CallId,
  type CommandInput,
  type CommandName,
  commands,
  type Grants,
  MessageId,
  PeerId,
  type Right,
  RoomId,
  SignalingError,
  UserId,
} from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { guest, userOf } from '../test/samples.ts';
import { authorize, hasRight, needs, onlyAsEntitled } from './authorize.ts';
import type { Principal } from './principal.ts';

const roomId = RoomId.parse('team-a');
const callId = CallId.parse('c1');
const to = UserId.parse('bob');
const silent = { camera: false, microphone: false, screen: false };

/** A command that any principal can be asked about. */
const command = <K extends CommandName>(name: K, input: CommandInput<K>) => ({
  name,
  askFor: (principal: Principal) => authorize(principal, { name, input }),
});

/** Everything that a command can be about, as far as rights go. */
const cases = {
  join: command('room:join', { roomId, media: silent }),
  'join, sharing': command('room:join', { roomId, media: { ...silent, screen: true } }),
  leave: command('room:leave', { roomId }),
  'end room': command('room:end', { roomId }),
  'camera on': command('media:update', { roomId, media: { camera: true } }),
  'screen on': command('media:update', { roomId, media: { screen: true } }),
  'screen off': command('media:update', { roomId, media: { screen: false } }),
  identify: command('session:identify', { userId: UserId.parse('ada') }),
  withdraw: command('session:withdraw', {}),
  refresh: command('auth:refresh', { token: 'a token' }),
  relay: command('room:relay', { roomId, name: 'hand', data: null }),
  message: command('chat:send', { roomId, messageId: MessageId.parse('m1'), text: 'hello' }),
  history: command('chat:history', { roomId, limit: 10 }),
  annotation: command('annotation:put', { roomId, id: AnnotationId.parse('a1'), data: null }),
  'no annotation': command('annotation:remove', { roomId, id: AnnotationId.parse('a1') }),
  annotations: command('annotation:list', { roomId }),
  typing: command('chat:typing', { roomId, isTyping: true }),
  watch: command('presence:watch', { userIds: [] }),
  unwatch: command('presence:unwatch', { userIds: [] }),
  call: command('call:invite', { to, ringMs: 45_000, whenBusy: 'refuse' }),
  'call to a room': command('call:invite', { to, roomId, ringMs: 45_000, whenBusy: 'refuse' }),
  accept: command('call:accept', { callId }),
  reject: command('call:reject', { callId }),
  cancel: command('call:cancel', { callId }),
  end: command('call:end', { callId }),
  'ice servers': command('ice:servers', {}),
  signal: command('signal', { roomId, to: PeerId.parse('bob'), kind: 'custom', data: null }),
};
type Case = keyof typeof cases;

/** What needs no right, or is for the room to say: whoever is in a room, or a call, may do it. */
const free: Case[] = [
  ...(['leave', 'end room', 'camera on', 'screen off', 'identify', 'refresh', 'signal'] as const),
  ...(['withdraw', 'relay', 'message', 'history', 'annotations', 'typing'] as const),
  ...(['unwatch', 'accept', 'reject', 'cancel', 'end', 'ice servers'] as const),
];
/** What takes the right to annotate. */
const annotating: Case[] = ['annotation', 'no annotation'];
const toCall: Case[] = ['watch', 'call'];
const everything: Grants = {
  rooms: ['*'],
  create: true,
  admin: true,
  call: true,
  shareScreen: true,
  annotate: true,
  moderate: true,
};

const rights = ['create', 'admin', 'call', 'shareScreen', 'annotate', 'moderate'] as const;

/** What a right lets do by itself. */
const alone: { readonly [K in Right]?: Case[] } = {
  shareScreen: ['screen on'],
  annotate: annotating,
  call: toCall,
};

/** Each principal, with what it may do besides, and its rights. */
const principals: [who: string, principal: Principal, may: Case[], has: Right[]][] = [
  [
    'without a token',
    guest,
    ['join', 'join, sharing', 'screen on', ...annotating, ...toCall, 'call to a room'],
    ['create', 'call', 'shareScreen', 'annotate'],
  ],
  // Whether the room names the user is for the room store to say.
  [
    'without grants',
    userOf('ada', null),
    ['join', 'join, sharing', 'screen on', ...annotating],
    [],
  ],
  ['with empty grants', userOf('ada', {}), [], []],
  [
    'with all',
    userOf('ada', everything),
    ['join', 'join, sharing', 'screen on', ...annotating, ...toCall, 'call to a room'],
    [...rights],
  ],
  ['with a room', userOf('ada', { rooms: ['x', 'team-*'] }), ['join'], []],
  ['with another room', userOf('ada', { rooms: ['team'] }), [], []],
  [
    'with a room and shareScreen',
    userOf('ada', { rooms: ['team-a'], shareScreen: true }),
    ['join', 'join, sharing', 'screen on'],
    ['shareScreen'],
  ],
  [
    'with a room and call',
    userOf('ada', { rooms: ['team-a'], call: true }),
    ['join', ...toCall, 'call to a room'],
    ['call'],
  ],
  ...rights.map((right): [string, Principal, Case[], Right[]] => [
    `with ${right} alone`,
    userOf('ada', { [right]: true }),
    alone[right] ?? [],
    [right],
  ]),
];

/** The refusal, or null. */
function refusalOf(principal: Principal, name: Case): SignalingError | null {
  try {
    cases[name].askFor(principal);
    return null;
  } catch (error) {
    if (error instanceof SignalingError) return error;
    throw error;
  }
}

test('SPEC 7.7: every command has a row, in the code and in this test', () => {
  const names = Object.keys(commands).sort();
  expect(Object.keys(needs).sort()).toEqual(names);
  expect([...new Set(Object.values(cases).map(({ name }) => name))].sort()).toEqual(names);
});

describe.each(principals)('SPEC 7.7: a principal %s', (_, principal, may, has) => {
  test.each(Object.keys(cases) as Case[])('%s', (name) => {
    const isAllowed = [...free, ...may].includes(name);
    expect(refusalOf(principal, name)?.code ?? 'allowed').toBe(isAllowed ? 'allowed' : 'forbidden');
  });

  test.each(rights)('has the right %s, or has not', (right) => {
    expect(hasRight(principal, right)).toBe(has.includes(right));
  });
});

test('SPEC 7.7: a refusal names the grant that is missing, and nothing of the room', () => {
  const nobody = userOf('ada', {});
  expect(refusalOf(nobody, 'screen on')?.message).toBe('This takes the grant "shareScreen".');
  expect(refusalOf(nobody, 'join')?.message).toBe('This principal may not join that room.');
});

test('SPEC 14.10: whom a call leads to a room may join it, whatever its token names', () => {
  const callee = userOf('bob', { rooms: ['other'] });
  const joinLedTo = (led: string) =>
    authorize(callee, {
      name: 'room:join',
      input: { roomId, media: silent },
      isLedTo: (room) => room === led,
    });
  expect(() => joinLedTo('team-a')).not.toThrow();
  expect(() => joinLedTo('team-b')).toThrow();
});

test('SPEC 10.4: only a token without grants leaves it to the rooms that name its user', () => {
  expect(onlyAsEntitled(userOf('ada', null))).toBe('ada');
  expect(onlyAsEntitled(userOf('ada', {}))).toBeNull();
  expect(onlyAsEntitled(guest)).toBeNull();
});
