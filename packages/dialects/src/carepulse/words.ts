import type { Participant, RoomId } from '@switchboard/protocol';
import type { NegotiationKind } from '../signal-shape.ts';
import type { SessionRole } from './schemas.ts';

/**
 * The one word by which others learn of somebody: what was sent with the join, which is the user id
 * or the role, and has come in as the name.
 */
export const wordFor = ({ peerId, userId, name, role }: Participant): string =>
  name !== undefined && (name === role || name === userId) ? name : (userId ?? role ?? peerId);

/** The event that goes to all others in a room. */
export const signalEvent = 'signal';

/** The events that go to one peer, with the members in which they may have something. */
export const directEvents: Readonly<
  Record<string, { readonly kind: NegotiationKind; readonly keys: readonly string[] }>
> = {
  offer: { kind: 'offer', keys: ['offer', 'sdp', 'description'] },
  answer: { kind: 'answer', keys: ['answer', 'sdp', 'description'] },
  'ice-candidate': { kind: 'candidate', keys: ['candidate'] },
};

/** What each role may do, as the tokens of this protocol say it. */
export const permissions: { readonly [K in SessionRole]: readonly string[] } = {
  doctor: ['host', 'mute-others', 'end-call'],
  patient: ['participant'],
};

export const roomNameOf = (sessionId: RoomId): string => `carepulse-${sessionId}`;
