import { early, forbidden, late, malformed, quiet, type Refusals, type Scene } from './row.ts';

const offer = { type: 'offer', sdp: 'v=0' };
const answer = { type: 'answer', sdp: 'v=0' };

/** What only those in the room may do. */
const inside = [
  ({ other: { peerId: to } }: Scene) => ['offer', { offer, to }] as const,
  ({ other: { peerId: to } }: Scene) => ['answer', { answer, to }] as const,
  ({ other: { peerId: to } }: Scene) => ['ice-candidate', { candidate: null, to }] as const,
  ({ roomId }: Scene) => ['start-call', { roomId }] as const,
  ({ roomId }: Scene) => ['end-call', { roomId }] as const,
  ({ roomId }: Scene) => ['toggle-video', { roomId, enabled: false }] as const,
  ({ roomId }: Scene) => ['toggle-audio', { roomId, enabled: false }] as const,
  ({ roomId }: Scene) => ['start-screen-share', { roomId }] as const,
  ({ roomId }: Scene) => ['stop-screen-share', { roomId }] as const,
  ({ roomId }: Scene) => ['call-message', { roomId, message: 'hello' }] as const,
];

const leave = ({ roomId }: Scene) => ['leave-room', { roomId }] as const;

const neverForbidden = ['forbidden'] as const;

export const healthconnect: Refusals = {
  leave,
  rows: [
    ...malformed(
      ({ userId }) => ['join-room', { userId }],
      ({ roomId }) => ['join-room', { roomId }],
      ({ roomId }) => ['join-room', roomId],
      ({ other }) => ['offer', { to: other.peerId }],
      () => ['offer', { offer }],
      () => ['answer', { answer, to: 7 }],
      () => ['ice-candidate', null],
      () => ['start-call'],
      () => ['end-call', { roomId: '' }],
      ({ roomId }) => ['toggle-video', { roomId, enabled: 'no' }],
      ({ roomId }) => ['toggle-audio', { roomId }],
      () => ['start-screen-share', {}],
      () => ['stop-screen-share', []],
      ({ roomId }) => ['call-message', { roomId, message: { text: 'hello' } }],
      ({ roomId }) => ['call-message', { roomId, message: 'x'.repeat(100_000) }],
      () => ['leave-room', { roomId: 7 }],
    ),
    ...early(...inside),
    ...late(...inside),
    ...quiet([...early(leave), ...late(leave)]),
    ...forbidden(
      'connected',
      ({ roomId, other }) => ['join-room', { roomId, userId: other.userId }],
      ({ roomId, userId }) => ['join-room', { roomId: `${roomId}-of-others`, userId }],
    ),
    ...forbidden('in the room', ({ roomId }) => ['start-screen-share', { roomId }]),
  ],
  exempt: {
    'join-room': ['out of order'],
    offer: neverForbidden,
    answer: neverForbidden,
    'ice-candidate': neverForbidden,
    'start-call': neverForbidden,
    'end-call': neverForbidden,
    'toggle-video': neverForbidden,
    'toggle-audio': neverForbidden,
    'stop-screen-share': neverForbidden,
    'call-message': neverForbidden,
    'leave-room': neverForbidden,
  },
};
