import { early, forbiddenJoins, malformed, type Refusals, type Scene } from './row.ts';

const inside = [
  ({ roomId: room }: Scene) => ['signal', { room, type: 'answer', sdp: { sdp: 'v=0' } }] as const,
  ({ other: { peerId: target } }: Scene) => ['offer', { target, sdp: 'v=0' }] as const,
  ({ other: { peerId: target } }: Scene) => ['answer', { target, sdp: 'v=0' }] as const,
  ({ other: { peerId: target } }: Scene) => ['ice-candidate', { target, candidate: null }] as const,
];

const neverForbidden = ['forbidden'] as const;

/** Its clients leave by disconnecting. */
export const carepulse: Refusals = {
  rows: [
    ...malformed(
      () => ['join-room'],
      ({ roomId }) => ['join-room', roomId],
      ({ roomId }) => ['join-room', roomId, { role: 'doctor' }],
      () => ['signal', { type: 'offer', sdp: { sdp: 'v=0' } }],
      () => ['signal', 'offer'],
      () => ['offer', { sdp: 'v=0' }],
      () => ['answer', { target: 7 }],
      () => ['ice-candidate'],
    ),
    ...early(...inside),
    ...forbiddenJoins,
  ],
  exempt: {
    'join-room': ['out of order'],
    signal: neverForbidden,
    offer: neverForbidden,
    answer: neverForbidden,
    'ice-candidate': neverForbidden,
  },
};
