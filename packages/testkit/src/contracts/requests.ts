import {
  type JoinRequest,
  type LeaveRequest,
  type Member,
  type RebindRequest,
  type RegisterMemberRequest,
  type RoomRef,
  type RoomState,
  randomId,
  type UpdateRequest,
} from '@switchboard/core';
import {
  defaultTenant,
  Incarnation,
  type NodeId,
  PeerId,
  RoomId,
  silentMedia,
} from '@switchboard/protocol';

/** Requests to a room store with everything in them that a test does not care about. */

export const roomNamed = (name: string): RoomRef => ({
  tenant: defaultTenant,
  roomId: RoomId.parse(name),
});

interface Who {
  readonly node: NodeId;
  readonly peer: string;
  readonly epoch?: number;
}

const bindingOf = ({ node, peer, epoch = 1 }: Who) => ({
  peerId: PeerId.parse(peer),
  node,
  epoch,
});

export const joinRequest = (
  room: RoomRef,
  who: Who,
  { capacity = 10, name }: { capacity?: number; name?: string } = {},
): JoinRequest => ({
  room,
  binding: bindingOf(who),
  participant: {
    peerId: PeerId.parse(who.peer),
    ...(name !== undefined && { name }),
    media: silentMedia,
    joinedAt: 1_700_000_000_000,
  },
  ifCreated: { incarnation: Incarnation.parse(randomId()), capacity },
});

export const leaveRequest = (room: RoomRef, who: Who): LeaveRequest => ({
  room,
  binding: bindingOf(who),
  reason: 'left',
});

export const updateRequest = (
  room: RoomRef,
  who: Who,
  media: UpdateRequest['media'],
): UpdateRequest => ({ room, binding: bindingOf(who), media });

export const rebindRequest = (room: RoomRef, who: Who): RebindRequest => ({
  room,
  binding: bindingOf(who),
});

/** Registers somebody as they were in a room. */
export const registerRequest = (
  room: RoomRef,
  { members, capacity }: RoomState,
  peer: string,
): RegisterMemberRequest => ({
  room,
  member: members.find(({ participant }) => participant.peerId === peer) as Member,
  ifLost: { incarnation: Incarnation.parse(randomId()), capacity },
});
