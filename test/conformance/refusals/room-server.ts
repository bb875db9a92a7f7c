import { early, forbiddenJoins, malformed, type Refusals, type Scene } from './row.ts';

const inside = [
  ({ other: { peerId: target } }: Scene) => ['offer', { target, sdp: 'v=0' }] as const,
  ({ other: { peerId: target } }: Scene) => ['answer', { target, sdp: 'v=0' }] as const,
  ({ other: { peerId: target } }: Scene) => ['ice-candidate', { target, candidate: {} }] as const,
  () => ['send-message', { message: 'hello' }] as const,
  () => ['typing-start'] as const,
  () => ['typing-stop'] as const,
];

const neverForbidden = ['forbidden'] as const;
/** It takes no payload. */
const takesNothing = ['malformed', 'forbidden'] as const;

/** One leaves by joining another room, or by disconnecting. */
export const roomServer: Refusals = {
  leave: ({ userId }) => ['join-room', `another-room-of-${userId}`, userId],
  rows: [
    ...malformed(
      () => ['join-room'],
      ({ roomId }) => ['join-room', roomId],
      ({ userId }) => ['join-room', '', userId],
      ({ roomId }) => ['join-room', roomId, { name: 'Ada' }],
      () => ['offer', { sdp: 'v=0' }],
      () => ['answer', { target: ['somebody'] }],
      () => ['ice-candidate', 'candidate'],
      () => ['send-message', { message: ' \n' }],
      () => ['send-message', { message: 7 }],
      () => ['send-message'],
    ),
    ...early(...inside),
    ...inside.slice(0, 3).map((emission) => ({
      ...({ fault: 'out of order', stage: 'gone from the room', emission } as const),
    })),
    ...forbiddenJoins,
  ],
  exempt: {
    'join-room': ['out of order'],
    offer: neverForbidden,
    answer: neverForbidden,
    'ice-candidate': neverForbidden,
    'send-message': neverForbidden,
    'typing-start': takesNothing,
    'typing-stop': takesNothing,
    // Whoever is connected is answered.
    ping: ['malformed', 'forbidden', 'out of order'],
  },
};
