import type { NegotiationData } from './act.ts';
import type { Phrasebook } from './driver.ts';

interface From {
  readonly userId: string;
}

export const roomServer: Phrasebook = {
  join: ({ roomId, userId }) => ['join-room', roomId, userId],
  say: (act, { peerId: target }) => {
    switch (act.kind) {
      case 'offer':
        return ['offer', { target, offer: act.data }];
      case 'answer':
        return ['answer', { target, answer: act.data }];
      case 'candidate':
        return ['ice-candidate', { target, candidate: act.data }];
      case 'typing':
        return [act.isOn ? 'typing-start' : 'typing-stop'];
      case 'chat':
        return ['send-message', { message: act.text }];
      default:
        throw new Error(`has no word for ${act.kind}`);
    }
  },
  offer: ['user-connected', ({ userId }: From) => [userId]],
  hear: {
    'user-connected': ({ userId }: From) => ({ kind: 'join', userId }),
    'user-disconnected': ({ userId }: From) => ({ kind: 'leave', userId }),
    offer: ({ offer: data }: { offer: NegotiationData }) => ({ kind: 'offer', data }),
    answer: ({ answer: data }: { answer: NegotiationData }) => ({ kind: 'answer', data }),
    'ice-candidate': ({ candidate: data }: { candidate: NegotiationData }) => ({
      kind: 'candidate',
      data,
    }),
    'user-typing': ({ isTyping: isOn }: { isTyping: boolean }) => ({ kind: 'typing', isOn }),
    'new-message': ({ message: text }: { message: string }) => ({ kind: 'chat', text }),
  },
};
