import type { Annotation, Participant, RoomId, RoomRecord, UserId } from '@switchboard/protocol';
import { CallId } from '@switchboard/protocol';
import type { Link } from '../dialect.ts';

/** By what the id of each call begins that its HTTP route has made. */
export const callIdPrefix = 'call_';

/** The role that makes calls. */
export const technician = 'Technician';
export const expert = 'Expert';

/** Nobody's: a call waits until somebody answers it, whoever comes into its room before. */
export const answeringRole = 'answers the call';

/** The events in which offers, answers and candidates go, with the member they are in. */
export const negotiationEvents = {
  offer: { event: 'offer', key: 'offer' },
  answer: { event: 'answer', key: 'answer' },
  candidate: { event: 'ice-candidate', key: 'candidate' },
} as const;

const callPrefix = 'assist-';

/**
 * The invitation of a user to a call. A call may be offered to several, one after another, and of
 * an invitation everybody has to find the id without being told.
 */
export async function invitationOf(callId: RoomId, to: UserId): Promise<CallId> {
  const named = new TextEncoder().encode(JSON.stringify([callId, to]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', named));
  const text = btoa(String.fromCharCode(...digest));
  return CallId.parse(`${callPrefix}${text.replaceAll('+', '-').replaceAll('/', '_')}`);
}

/** Whether a call is one that `invitationOf` names, and can be answered by this protocol. */
export const isInvitation = (callId: CallId): boolean => callId.startsWith(callPrefix);

/** By whom an event is, for clients who know users only. */
export const userOf = ({ rooms }: Pick<Link, 'rooms'>, roomId: RoomId, peerId: string): string =>
  [...(rooms.get(roomId)?.values() ?? [])].find((each) => each.peerId === peerId)?.userId ?? peerId;

/** As what somebody is addressed: who has not said who they are, by their peer id. */
export const nameOf = ({ userId, peerId }: Participant): string => userId ?? peerId;

/** The users in a call, each once. */
export const usersIn = (participants: Iterable<Participant>): string[] => [
  ...new Set([...participants].map(nameOf)),
];

/** Who is in a call, with the one who made it, who may not have come into its room yet. */
export const usersOf = (record: RoomRecord): string[] => [
  ...new Set([...record.entitled.map(({ userId }) => userId), ...usersIn(record.participants)]),
];

/** Somebody who has come into a call, as it is told. */
export const arrival = (
  { userId, peerId, role = null }: Pick<Participant, 'userId' | 'peerId'> & { role?: unknown },
  participants: Iterable<Participant>,
) => ({
  userId: userId ?? peerId,
  role,
  socketId: peerId,
  totalUsers: usersIn(participants).length,
});

/** An annotation, whoever put it there: one of another protocol has its own content. */
export const mark = ({ id, by, userId, data }: Annotation) => ({
  from: userId ?? by,
  ...(typeof data === 'object' && !Array.isArray(data) ? data : { text: data }),
  id,
});
