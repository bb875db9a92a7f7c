import {
  type Emission,
  early,
  forbidden,
  late,
  malformed,
  quiet,
  type Refusals,
  type Scene,
} from './row.ts';

const offer = { type: 'offer', sdp: 'v=0' };
const answer = { type: 'answer', sdp: 'v=0' };
const mark = { id: 'mark-1', text: 'this valve', x: 1, y: 2 };

const call = ({ roomId: callId, other }: Scene) => ({ callId, to: other.userId });

const negotiating = [
  (scene: Scene) => ['offer', { offer, ...call(scene) }] as const,
  (scene: Scene) => ['answer', { answer, ...call(scene) }] as const,
  (scene: Scene) => ['ice-candidate', { candidate: null, ...call(scene) }] as const,
];

const calling = [
  (scene: Scene) => ['call-request', { ...call(scene), from: scene.userId }] as const,
  (scene: Scene) =>
    ['call-response', { ...call(scene), from: scene.userId, accepted: true }] as const,
  (scene: Scene) =>
    ['call-response', { ...call(scene), from: scene.userId, accepted: false }] as const,
];

const annotate = ({ roomId: callId, userId: from }: Scene): Emission => [
  'annotation',
  { callId, ...mark, from },
];
const endCall = ({ roomId: callId }: Scene): Emission => ['end-call', { callId }];
const logout = ({ userId }: Scene): Emission => ['logout', { userId }];

const another = (scene: Scene) => scene.other.userId;

/** One leaves by ending the call, which tells the others that as well. */
export const remoteAssist: Refusals = {
  leave: endCall,
  rows: [
    ...malformed(
      () => ['register', {}],
      () => ['register', 'user1'],
      ({ userId }) => ['call-request', { from: userId, to: 'user1' }],
      ({ roomId, userId }) => ['call-request', { callId: roomId, from: userId }],
      (scene) => ['call-response', { ...call(scene), from: scene.userId }],
      (scene) => ['call-response', { ...call(scene), from: scene.userId, accepted: 'yes' }],
      ({ roomId, userId }) => ['join-call', { callId: roomId, userId }],
      ({ userId }) => ['join-call', { callId: 7, userId, role: 'Expert' }],
      ({ roomId }) => ['offer', { callId: roomId, offer }],
      (scene) => ['offer', call(scene)],
      ({ other }) => ['answer', { answer, to: other.userId }],
      () => ['ice-candidate', null],
      ({ roomId, userId }) => ['annotation', { callId: roomId, ...mark, x: '1', from: userId }],
      ({ roomId, userId }) => ['annotation', { callId: roomId, text: 'no id', from: userId }],
      () => ['end-call'],
      () => ['reconnect-after-call', { userId: null }],
      () => ['logout', []],
    ),
    ...early(...negotiating, ...calling, annotate, endCall, logout),
    // An answer to a call that nobody has made, also of one who is in its room.
    ...calling.map((emission) => ({
      ...({ fault: 'out of order', stage: 'in the room', emission } as const),
    })),
    ...late(...negotiating, ...calling, annotate),
    // Ended twice, and away twice: it is answered, and the others are not told again.
    ...quiet(late(endCall)),
    ...forbidden(
      'connected',
      (scene) => ['register', { userId: another(scene) }],
      (scene) => ['reconnect-after-call', { userId: another(scene) }],
      (scene) => ['logout', { userId: another(scene) }],
      ({ roomId, other: { userId } }) => ['join-call', { callId: roomId, userId, role: 'Expert' }],
      ({ roomId, userId }) => ['join-call', { callId: `${roomId}-of-others`, userId, role: 'x' }],
      (scene) => ['call-request', { ...call(scene), from: another(scene) }],
      (scene) => ['call-response', { ...call(scene), from: another(scene), accepted: true }],
      (scene) => ['call-response', { ...call(scene), from: another(scene), accepted: false }],
    ),
    ...forbidden('in the room', annotate, (scene) => [
      'annotation',
      { callId: scene.roomId, ...mark, from: another(scene) },
    ]),
  ],
  exempt: {
    register: ['out of order'],
    'join-call': ['out of order'],
    'reconnect-after-call': ['out of order'],
    offer: ['forbidden'],
    answer: ['forbidden'],
    'ice-candidate': ['forbidden'],
    'end-call': ['forbidden'],
    ping: ['malformed', 'forbidden', 'out of order'],
  },
};
