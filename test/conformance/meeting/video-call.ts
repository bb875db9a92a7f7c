import type { NegotiationData } from './act.ts';
import type { Phrasebook } from './driver.ts';

interface From {
  readonly userId: string;
}

interface Toggled {
  readonly isEnabled: boolean;
}

export const videoCall: Phrasebook = {
  join: (standing) => ['join-room', standing],
  leave: (standing) => ['leave-room', standing],
  say: (act, _, standing) => {
    switch (act.kind) {
      case 'offer':
      case 'answer':
      case 'candidate':
        return ['webrtc-signal', { ...standing, signal: act.data }];
      case 'microphone':
        return ['toggle-audio', { ...standing, isEnabled: act.isOn }];
      case 'camera':
        return ['toggle-video', { ...standing, isEnabled: act.isOn }];
      case 'screen share':
        return [act.isOn ? 'screen-share-start' : 'screen-share-stop', standing];
      case 'end call':
        return ['end-call', standing];
      default:
        throw new Error(`has no word for ${act.kind}`);
    }
  },
  offer: ['user-joined', ({ userId }: From) => [userId]],
  hear: {
    'user-joined': ({ userId }: From) => ({ kind: 'join', userId }),
    'user-left': ({ userId }: From) => ({ kind: 'leave', userId }),
    'webrtc-signal': ({ signal: data }: { signal: NegotiationData }) => {
      const { type } = data;
      return { kind: type === 'offer' || type === 'answer' ? type : 'candidate', data };
    },
    'audio-toggled': ({ isEnabled: isOn }: Toggled) => ({ kind: 'microphone', isOn }),
    'video-toggled': ({ isEnabled: isOn }: Toggled) => ({ kind: 'camera', isOn }),
    'screen-share-started': () => ({ kind: 'screen share', isOn: true }),
    'screen-share-stopped': () => ({ kind: 'screen share', isOn: false }),
    'call-ended': () => ({ kind: 'end call' }),
  },
};
