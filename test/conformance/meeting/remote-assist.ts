import type { NegotiationData } from './act.ts';
import type { Phrasebook } from './driver.ts';

interface From {
  readonly userId: string;
}

/** Who leaves a call for good ends it, or disconnects. */
export const remoteAssist: Phrasebook = {
  join: ({ roomId: callId, userId }) => ['join-call', { callId, userId, role: 'Technician' }],
  say: (act, { userId: to }, { roomId: callId, userId: from }) => {
    switch (act.kind) {
      case 'offer':
        return ['offer', { callId, offer: act.data, to }];
      case 'answer':
        return ['answer', { callId, answer: act.data, to }];
      case 'candidate':
        return ['ice-candidate', { callId, candidate: act.data, to }];
      case 'annotation':
        return ['annotation', { callId, id: 'mark-1', text: act.text, x: 0.5, y: 0.25, from }];
      case 'end call':
        return ['end-call', { callId }];
      default:
        throw new Error(`has no word for ${act.kind}`);
    }
  },
  // It is a caller, who offers to whoever answers.
  offer: ['user-joined', ({ userId }: From) => [userId]],
  hear: {
    'user-joined': ({ userId }: From) => ({ kind: 'join', userId }),
    'user-left': ({ userId }: From) => ({ kind: 'leave', userId }),
    offer: ({ offer: data }: { offer: NegotiationData }) => ({ kind: 'offer', data }),
    answer: ({ answer: data }: { answer: NegotiationData }) => ({ kind: 'answer', data }),
    'ice-candidate': ({ candidate: data }: { candidate: NegotiationData }) => ({
      kind: 'candidate',
      data,
    }),
    annotation: ({ text }: { text: string }) => ({ kind: 'annotation', text }),
    'call-ended': () => ({ kind: 'end call' }),
  },
};
