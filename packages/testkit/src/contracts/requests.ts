import {
  type JoinRequest,
  type LeaveRequest,
  type Member,
  type PrepareRequest,
  type RebindRequest,
  type RegisterMemberRequest,
  type RoomPreparation,
  type RoomRef,
  type RoomState,
  randomId,
  type UpdateRequest,
} from '@switchboard/core';
import {
  type DuplicatePolicy,
  defaultTenant,
  Incarnation,
  type NodeId,
  PeerId,
  RoomId,
  silentMedia,
  UserId,
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
  /** Somebody with a token, who may be in the room with one session only if that is its policy. */
  readonly user?: string;
}

interface JoinOptions {
  readonly capacity?: number;
  readonly name?: string;
  readonly duplicates?: DuplicatePolicy;
  /** The only peer that may be replaced. */
  readonly rejoin?: string;
  readonly mayCreate?: boolean;
  readonly role?: string;
  readonly screen?: boolean;
  /** Whether the user may enter only because the room names them. */
  readonly asEntitled?: boolean;
}

const bindingOf = ({ node, peer, epoch = 1 }: Who) => ({
  peerId: PeerId.parse(peer),
  node,
  epoch,
});

const userOf = ({ user }: Who) => (user === undefined ? null : UserId.parse(user));

export const joinRequest = (room: RoomRef, who: Who, options: JoinOptions = {}): JoinRequest => {
  const { capacity = 10, name, duplicates = 'replace', rejoin, role, mayCreate = true } = options;
  return {
    room,
    binding: bindingOf(who),
    participant: {
      peerId: PeerId.parse(who.peer),
      ...(who.user !== undefined && { userId: UserId.parse(who.user) }),
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      media: { ...silentMedia, screen: options.screen ?? false },
      joinedAt: 1_700_000_000_000,
    },
    soleUser: userOf(who),
    onlyReplaces: rejoin === undefined ? null : PeerId.parse(rejoin),
    mayCreate,
    onlyAsEntitled: options.asEntitled ? userOf(who) : null,
    ifCreated: { incarnation: Incarnation.parse(randomId()), capacity, duplicates },
  };
};

export const leaveRequest = (room: RoomRef, who: Who): LeaveRequest => ({
  room,
  binding: bindingOf(who),
  reason: 'left',
});

export const updateRequest = (
  room: RoomRef,
  who: Who,
  media: UpdateRequest['media'],
): UpdateRequest => ({ room, binding: bindingOf(who), media, onlyAsEntitled: null });

export const rebindRequest = (room: RoomRef, who: Who): RebindRequest => ({
  room,
  binding: bindingOf(who),
  soleUser: userOf(who),
});

/** Registers somebody as they were in a room. */
export const registerRequest = (
  room: RoomRef,
  { rev: _, updatedAt: __, members, ...origin }: RoomState,
  peer: string,
): RegisterMemberRequest => {
  const member = members.find(({ participant }) => participant.peerId === peer) as Member;
  return {
    room,
    member,
    soleUser: member.participant.userId ?? null,
    ifLost: { ...origin, incarnation: Incarnation.parse(randomId()) },
  };
};

interface PrepareOptions extends Partial<RoomPreparation> {
  readonly capacity?: number;
}

export const prepareRequest = (room: RoomRef, options: PrepareOptions = {}): PrepareRequest => {
  const { capacity = 10, ...preparation } = options;
  return {
    room,
    incarnation: Incarnation.parse(randomId()),
    policy: { capacity, duplicates: 'replace' },
    preparation: {
      appointmentId: null,
      entitled: [],
      requiredRoles: [],
      screenRoles: null,
      data: null,
      keepMs: 60_000,
      ...preparation,
    },
  };
};
