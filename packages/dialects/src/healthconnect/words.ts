import type { Participant, PeerId, RoomId } from '@switchboard/protocol';
import type { Link } from '../dialect.ts';

/** Who an event is from: `fromUser`, and the `user` of `user-left`. */
export interface WireUser {
  readonly userId: string;
  readonly userType: string;
  readonly userName: string;
  readonly roomId: RoomId;
  readonly socketId: PeerId;
}

/** Its clients show all of these; of somebody from another protocol some may be unknown. */
export const personOf = ({
  peerId: socketId,
  userId,
  name,
  role,
}: Pick<Participant, 'peerId' | 'userId' | 'name' | 'role'>) => ({
  socketId,
  userId: userId ?? socketId,
  userType: role ?? 'participant',
  userName: name ?? userId ?? socketId,
});

/** Somebody in a room, as this client knows them. */
export function userIn(link: Link, roomId: RoomId, peerId: PeerId): WireUser | null {
  const participant = link.rooms.get(roomId)?.get(peerId);
  return participant ? { ...personOf(participant), roomId } : null;
}

/** The events in which it passes offers, answers and candidates on, with the member they are in. */
export const negotiationEvents = {
  offer: { event: 'offer', key: 'offer' },
  answer: { event: 'answer', key: 'answer' },
  candidate: { event: 'ice-candidate', key: 'candidate' },
} as const;
