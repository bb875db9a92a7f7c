import { early, forbidden, late, malformed, type Refusals, type Scene } from './row.ts';

const events = {
  'leave-room': {},
  'webrtc-signal': { signal: { type: 'answer', sdp: 'v=0' } },
  'screen-share-start': {},
  'screen-share-stop': {},
  'toggle-video': { isEnabled: false },
  'toggle-audio': { isEnabled: false },
  'end-call': {},
};

const inside = Object.entries(events).map(
  ([event, more]) =>
    ({ roomId, userId }: Scene) =>
      [event, { roomId, userId, ...more }] as const,
);

/** The actor is the patient, and whoever is in the room the practitioner. */
export const videoCall: Refusals = {
  leave: ({ roomId, userId }) => ['leave-room', { roomId, userId }],
  rows: [
    ...malformed(
      ...['join-room', ...Object.keys(events)].flatMap((event) => [
        ({ roomId }: Scene) => [event, { roomId, isEnabled: true, signal: {} }] as const,
        ({ userId }: Scene) => [event, { userId, isEnabled: true, signal: {} }] as const,
        () => [event] as const,
      ]),
      ({ roomId, userId }) => ['webrtc-signal', { roomId, userId, signal: 'v=0' }],
      ({ roomId, userId }) => ['toggle-video', { roomId, userId, isEnabled: 'no' }],
      ({ roomId, userId }) => ['toggle-audio', { roomId, userId }],
    ),
    ...early(...inside),
    // After one has left.
    ...late(...inside),
    ...forbidden(
      'connected',
      ({ roomId, other }) => ['join-room', { roomId, userId: other.userId }],
      ({ roomId, userId }) => ['join-room', { roomId: `${roomId}-of-others`, userId }],
    ),
    ...forbidden(
      'in the room',
      ({ roomId, userId }) => ['screen-share-start', { roomId, userId }],
      ...Object.entries(events).map(
        ([event, more]) =>
          ({ roomId, other }: Scene) =>
            [event, { roomId, userId: other.userId, ...more }] as const,
      ),
    ),
  ],
  exempt: { 'join-room': ['out of order'] },
};
