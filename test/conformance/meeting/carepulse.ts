import type { Act, NegotiationData } from './act.ts';
import type { Phrasebook } from './driver.ts';

interface Signal {
  readonly type?: 'offer' | 'answer';
  readonly sdp?: NegotiationData;
  readonly candidate?: NegotiationData;
}

export const carepulse: Phrasebook = {
  join: ({ roomId, userId }) => ['join-room', roomId, userId],
  say: (act, _, { roomId: room }) => {
    switch (act.kind) {
      case 'offer':
      case 'answer':
        return ['signal', { room, type: act.kind, sdp: act.data }];
      case 'candidate':
        return ['signal', { room, candidate: act.data }];
      default:
        throw new Error(`has no word for ${act.kind}`);
    }
  },
  offer: ['user-connected', (userId: string) => [userId]],
  hear: {
    'user-connected': (userId: string) => ({ kind: 'join', userId }),
    'user-disconnected': (userId: string) => ({ kind: 'leave', userId }),
    signal: ({ type, sdp, candidate }: Signal): Act | undefined => {
      if (candidate) return { kind: 'candidate', data: candidate };
      return type && sdp ? { kind: type, data: sdp } : undefined;
    },
  },
};
