import { type Participant, type PeerId, type RoomId, SignalingError } from '@switchboard/protocol';
import type { Link } from './dialect.ts';

/** A room that a client is in, as it has been told of it. */
export interface CurrentRoom {
  readonly roomId: RoomId;
  readonly members: ReadonlyMap<PeerId, Participant>;
  /** The client itself, as the others see it. */
  readonly self: Participant;
}

type InRooms = Pick<Link, 'rooms' | 'peerId'>;

/** The room of a client that is in one at a time; null if it is in none. */
export function currentRoom({ rooms, peerId }: InRooms): CurrentRoom | null {
  for (const [roomId, members] of rooms) {
    const self = members.get(peerId);
    if (self) return { roomId, members, self };
  }
  return null;
}

/** @throws SignalingError `not_in_room` */
export function requireRoom(link: InRooms): CurrentRoom {
  const room = currentRoom(link);
  if (!room) throw new SignalingError('not_in_room');
  return room;
}

/** Where a client has met a peer. @throws SignalingError `peer_unreachable` */
export function roomWith({ rooms }: InRooms, peerId: PeerId): RoomId {
  for (const [roomId, members] of rooms) if (members.has(peerId)) return roomId;
  throw new SignalingError('peer_unreachable');
}

/** The others in a room, in the order of their seats. */
export const othersIn = ({ members, self }: CurrentRoom): Participant[] =>
  [...members.values()].filter(({ peerId }) => peerId !== self.peerId);
