import type { NegotiationData } from './act.ts';
import type { Phrasebook } from './driver.ts';

interface From {
  readonly userId: string;
}

interface Found {
  readonly participants: readonly From[];
}

export const healthconnect: Phrasebook = {
  join: ({ roomId, userId }) => ['join-room', { roomId, userId }],
  leave: ({ roomId }) => ['leave-room', { roomId }],
  say: (act, { peerId: to }, { roomId }) => {
    switch (act.kind) {
      case 'offer':
        return ['offer', { offer: act.data, to }];
      case 'answer':
        return ['answer', { answer: act.data, to }];
      case 'candidate':
        return ['ice-candidate', { candidate: act.data, to }];
      case 'microphone':
        return ['toggle-audio', { roomId, enabled: act.isOn }];
      case 'camera':
        return ['toggle-video', { roomId, enabled: act.isOn }];
      case 'screen share':
        return [act.isOn ? 'start-screen-share' : 'stop-screen-share', { roomId }];
      case 'chat':
        return ['call-message', { roomId, message: act.text }];
      case 'end call':
        return ['end-call', { roomId }];
      default:
        throw new Error(`has no word for ${act.kind}`);
    }
  },
  offer: ['room-joined', ({ participants }: Found) => participants.map(({ userId }) => userId)],
  hear: {
    'user-joined': ({ userId }: From) => ({ kind: 'join', userId }),
    'user-left': ({ user }: { user: From }) => ({ kind: 'leave', userId: user.userId }),
    offer: ({ offer: data }: { offer: NegotiationData }) => ({ kind: 'offer', data }),
    answer: ({ answer: data }: { answer: NegotiationData }) => ({ kind: 'answer', data }),
    'ice-candidate': ({ candidate: data }: { candidate: NegotiationData }) => ({
      kind: 'candidate',
      data,
    }),
    'peer-toggle-audio': ({ enabled: isOn }: { enabled: boolean }) => ({
      kind: 'microphone',
      isOn,
    }),
    'peer-toggle-video': ({ enabled: isOn }: { enabled: boolean }) => ({ kind: 'camera', isOn }),
    'peer-screen-share-started': () => ({ kind: 'screen share', isOn: true }),
    'peer-screen-share-stopped': () => ({ kind: 'screen share', isOn: false }),
    'call-message': ({ message: text }: { message: string }) => ({ kind: 'chat', text }),
    'call-ended': () => ({ kind: 'end call' }),
  },
};
