import type { Ability } from '@switchboard/dialects';

/** A description or a candidate, as browsers have it. */
export type NegotiationData = Readonly<Record<string, string | number>>;

/**
 * What one of two does in a call, and what the other is told of it: in whichever protocol, it is
 * the same. `userId` is by which the doer is known; who says none is known by its peer id.
 */
export type Act =
  | { readonly kind: 'join' | 'leave'; readonly userId: string }
  | { readonly kind: 'offer' | 'answer' | 'candidate'; readonly data: NegotiationData }
  | {
      readonly kind: 'microphone' | 'camera' | 'screen share' | 'typing';
      readonly isOn: boolean;
    }
  | { readonly kind: 'chat' | 'annotation'; readonly text: string }
  | { readonly kind: 'end call' };

/** What is done by somebody who is in the room, and while they are. */
export type ActInRoom = Exclude<Act, { readonly kind: 'join' | 'leave' }>;

export const abilityFor = ({ kind }: Act): Ability =>
  kind === 'offer' || kind === 'answer' || kind === 'candidate' ? 'signal' : kind;

const candidate = (port: number, host: string) => ({
  candidate: `candidate:1 1 udp 2122260223 ${host} ${port} typ host`,
  sdpMid: '0',
  sdpMLineIndex: 0,
});

/**
 * A whole call, between joining and leaving.
 *
 * @param word says something of its own wherever people or their browsers do.
 */
export const callSaying = (word: (what: string) => string): readonly ActInRoom[] => [
  { kind: 'offer', data: { type: 'offer', sdp: `v=0\r\ns=${word('offer')}\r\n` } },
  { kind: 'answer', data: { type: 'answer', sdp: `v=0\r\ns=${word('answer')}\r\n` } },
  { kind: 'candidate', data: candidate(1, `${word('candidate')}.local`) },
  { kind: 'candidate', data: candidate(2, '192.0.2.1') },
  { kind: 'microphone', isOn: false },
  { kind: 'microphone', isOn: true },
  { kind: 'camera', isOn: false },
  { kind: 'screen share', isOn: true },
  { kind: 'screen share', isOn: false },
  { kind: 'typing', isOn: true },
  { kind: 'typing', isOn: false },
  { kind: 'chat', text: word('chat') },
  { kind: 'annotation', text: word('annotation') },
];

export const wholeCall = callSaying((what) => what);
