import type { Notice } from '@switchboard/core';
import {
  AnnotationId,
  type Call,
  CallId,
  type EventName,
  events,
  Incarnation,
  MessageId,
  type Participant,
  PeerId,
  RoomId,
  SignalingError,
  UserId,
} from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { encode } from './encode.ts';

const roomId = RoomId.parse('consultation');
const peerId = PeerId.parse('ada');
const at = { roomId, incarnation: Incarnation.parse('first'), rev: 7 };
const media = { camera: true, microphone: false, screen: false };
const participant: Participant = { peerId, media, connected: true, seat: 2, joinedAt: 1 };
const room = {
  ...at,
  capacity: 2,
  status: 'in-progress' as const,
  startedAt: 17,
  participants: [participant],
  messages: 3,
  annotations: 1,
};
const message = { id: MessageId.parse('m1'), from: peerId, text: 'Good morning', at: 1 };
const annotation = { id: AnnotationId.parse('a1'), by: peerId, data: { x: 1 }, at: 1 };
const userId = UserId.parse('ada');
const call: Call = {
  ...{ callId: CallId.parse('c1'), rev: 2, state: 'accepted', roomId },
  ...{ from: { userId, peerId, name: 'Ada' }, to: { userId: UserId.parse('bob'), peerId } },
  ...{ createdAt: 1, ringsUntil: 3, answeredAt: 2, data: { subject: 'Results' } },
};
const error = new SignalingError('peer_unreachable').toBody();

/** What each notice becomes, to the letter: clients of other versions read it. */
const encoded: {
  readonly [T in Notice['type']]: readonly [Notice & { type: T }, EventName, unknown];
} = {
  'participant-joined': [
    { type: 'participant-joined', ...at, participant },
    'participant:joined',
    { ...at, participant },
  ],
  'participant-left': [
    { type: 'participant-left', ...at, peerId, reason: 'left' },
    'participant:left',
    { ...at, peerId, reason: 'left' },
  ],
  'participant-updated': [
    { type: 'participant-updated', ...at, peerId, media },
    'participant:updated',
    { ...at, peerId, media },
  ],
  'participant-reconnecting': [
    { type: 'participant-reconnecting', ...at, peerId },
    'participant:reconnecting',
    { ...at, peerId },
  ],
  'participant-reconnected': [
    { type: 'participant-reconnected', ...at, peerId },
    'participant:reconnected',
    { ...at, peerId },
  ],
  'message-sent': [{ type: 'message-sent', ...at, message }, 'chat:message', { ...at, message }],
  'annotation-changed': [
    { type: 'annotation-changed', ...at, annotation },
    'annotation:changed',
    { ...at, annotation },
  ],
  'annotation-removed': [
    { type: 'annotation-removed', ...at, id: annotation.id },
    'annotation:removed',
    { ...at, id: annotation.id },
  ],
  'room-started': [
    { type: 'room-started', ...at, startedAt: 17 },
    'room:started',
    { ...at, startedAt: 17 },
  ],
  'room-ended': [{ type: 'room-ended', ...at, by: peerId }, 'room:ended', { ...at, by: peerId }],
  'room-state': [
    { type: 'room-state', room, joined: [participant], left: [peerId] },
    'room:state',
    room,
  ],
  signal: [
    { type: 'signal', roomId, from: peerId, signalKind: 'candidate', data: null },
    'signal',
    { roomId, from: peerId, kind: 'candidate', data: null },
  ],
  'signal-failed': [
    { type: 'signal-failed', roomId, to: peerId, kind: 'offer', error },
    'signal:failed',
    { roomId, to: peerId, kind: 'offer', error },
  ],
  relayed: [
    { type: 'relayed', roomId, from: peerId, name: 'hand', data: { up: true } },
    'room:relayed',
    { roomId, from: peerId, name: 'hand', data: { up: true } },
  ],
  typing: [
    { type: 'typing', roomId, from: peerId, isTyping: true },
    'chat:typing',
    { roomId, from: peerId, isTyping: true },
  ],
  'presence-changed': [
    { type: 'presence-changed', userId, status: 'in-call' },
    'presence:changed',
    { userId, status: 'in-call' },
  ],
  'call-changed': [{ type: 'call-changed', call }, 'call:changed', { call }],
  draining: [{ type: 'draining', reconnectInMs: 40 }, 'node:draining', { reconnectInMs: 40 }],
  'membership-ended': [
    { type: 'membership-ended', roomId, error },
    'membership:ended',
    { roomId, error },
  ],
};

test.each(Object.values(encoded))(
  '$type is said as the protocol says it',
  (notice, name, payload) => {
    expect(encode(notice)).toEqual([name, payload]);
    expect(events[name].safeParse(payload).success).toBe(true);
  },
);

test('every kind of a signal stays what it is', () => {
  for (const signalKind of ['offer', 'answer', 'candidate', 'custom'] as const) {
    const notice: Notice = { type: 'signal', roomId, from: peerId, signalKind, data: { sdp: '' } };
    expect(encode(notice)).toEqual([
      'signal',
      { roomId, from: peerId, kind: signalKind, data: { sdp: '' } },
    ]);
  }
});
