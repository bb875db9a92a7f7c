import {
  type Binding,
  type DetachRequest,
  type JoinOutcome,
  type JoinRequest,
  type LeaveOutcome,
  type LeaveRequest,
  type Member,
  type RebindOutcome,
  type RebindRequest,
  type RegisterMemberOutcome,
  type RegisterMemberRequest,
  type RoomChange,
  type RoomEvent,
  type RoomKey,
  type RoomPolicy,
  type RoomPosition,
  type RoomRef,
  type RoomState,
  type RoomStore,
  roomKey,
  type UpdateOutcome,
  type UpdateRequest,
} from '@switchboard/core';
import type {
  Annotation,
  AnnotationId,
  ChatMessage,
  Incarnation,
  LeaveReason,
  MediaState,
  NodeId,
  PeerId,
  UserId,
} from '@switchboard/protocol';

/** What else hangs on a room; see `MemoryChat` and `MemoryAnnotations`. */
export interface RoomContents {
  readonly messages: StoredMessage[];
  readonly annotations: Map<AnnotationId, Annotation>;
  /** Messages that there have been. */
  messageCount: number;
}

export interface StoredMessage {
  readonly message: ChatMessage;
  readonly rev: number;
}

interface Room extends RoomPolicy {
  readonly ref: RoomRef;
  readonly incarnation: Incarnation;
  readonly members: Map<PeerId, StoredMember>;
  readonly contents: RoomContents;
  rev: number;
}

/** A room as one of its members may change what hangs on it. */
export interface OpenRoom {
  readonly contents: RoomContents;
  readonly position: RoomPosition;
  /** Tells of a change that has been made. @returns where it has led the room. */
  publish(change: RoomChange): RoomPosition;
}

interface StoredMember extends Member {
  /** See `JoinRequest`. */
  readonly soleUser: UserId | null;
}

/**
 * The rooms of one process. Each method does its work before it first yields, which makes it
 * one step, as the port demands.
 */
export class MemoryRooms implements RoomStore {
  readonly #rooms = new Map<RoomKey, Room>();
  readonly #publish: (node: NodeId, event: RoomEvent) => void;

  constructor(publish: (node: NodeId, event: RoomEvent) => void) {
    this.#publish = publish;
  }

  async join(request: JoinRequest): Promise<JoinOutcome> {
    const { room: ref, binding, participant, soleUser } = request;
    const existing = this.#rooms.get(roomKey(ref));
    if (!existing && !request.mayCreate) return { kind: 'absent' };
    const room = existing ?? newRoom(ref, request.ifCreated);
    const present = room.members.get(binding.peerId);
    if (present && present.epoch > binding.epoch) return { kind: 'fenced' };
    if (present) {
      this.#rebind(room, present, binding);
      return { kind: 'already', state: stateOf(room) };
    }
    const other = findUser(room, soleUser);
    const only = request.onlyReplaces;
    if (other && only !== null && other.participant.peerId !== only) return { kind: 'occupied' };
    if (!other && room.members.size >= room.capacity) {
      return { kind: 'full', capacity: room.capacity };
    }
    this.#rooms.set(roomKey(ref), room);
    if (other) this.#takeOut(room, other, 'replaced');
    const seated = { ...participant, connected: true, seat: room.rev + 1 };
    const { node, epoch } = binding;
    this.#seat(room, { participant: seated, node, epoch, soleUser });
    return { kind: 'joined', state: stateOf(room) };
  }

  async leave({ room: ref, binding, reason }: LeaveRequest): Promise<LeaveOutcome> {
    const room = this.#rooms.get(roomKey(ref));
    const member = room?.members.get(binding.peerId);
    if (!room || !member || member.epoch > binding.epoch) return { kind: 'not-member' };
    this.#takeOut(room, member, reason);
    if (room.members.size === 0) this.#rooms.delete(roomKey(ref));
    return { kind: 'left', ...positionOf(room) };
  }

  async update(request: UpdateRequest): Promise<UpdateOutcome> {
    const { room: ref, binding, media, introduction } = request;
    const room = this.#rooms.get(roomKey(ref));
    const member = room?.members.get(binding.peerId);
    if (!room || !member || member.epoch > binding.epoch) return { kind: 'not-member' };
    const merged = merge(member.participant.media, media);
    const participant = { ...member.participant, ...introduction, media: merged };
    room.members.set(binding.peerId, { ...member, participant });
    const change = {
      type: 'updated',
      peerId: binding.peerId,
      media: merged,
      ...(introduction?.instance !== undefined && { instance: introduction.instance }),
    } as const;
    this.#changed(room, change, nodesOf(room));
    return { kind: 'updated', media: merged, ...positionOf(room) };
  }

  async detach({ room: ref, binding }: DetachRequest): Promise<void> {
    const room = this.#rooms.get(roomKey(ref));
    const member = room?.members.get(binding.peerId);
    if (!room || member?.epoch !== binding.epoch || !member.participant.connected) return;
    const participant = { ...member.participant, connected: false };
    room.members.set(binding.peerId, { ...member, participant });
    this.#changed(room, { type: 'detached', peerId: binding.peerId }, nodesOf(room));
  }

  async rebind({ room: ref, binding, soleUser }: RebindRequest): Promise<RebindOutcome> {
    const room = this.#rooms.get(roomKey(ref));
    const member = room?.members.get(binding.peerId);
    if (room && !member && findUser(room, soleUser)) return { kind: 'replaced' };
    if (!room || !member || member.epoch > binding.epoch) return { kind: 'not-member' };
    this.#rebind(room, member, binding);
    return { kind: 'rebound', state: stateOf(room) };
  }

  async register(request: RegisterMemberRequest): Promise<RegisterMemberOutcome> {
    const { room: ref, member, soleUser, ifLost } = request;
    const room = this.#rooms.get(roomKey(ref)) ?? newRoom(ref, ifLost);
    const { peerId } = member.participant;
    const present = room.members.get(peerId);
    if (present && present.epoch > member.epoch) return { kind: 'fenced' };
    if (present) {
      this.#rebind(room, present, { peerId, node: member.node, epoch: member.epoch });
      return { kind: 'registered', state: stateOf(room) };
    }
    const { seat } = member.participant;
    const other = findUser(room, soleUser);
    if (other && other.participant.seat > seat) return { kind: 'replaced' };
    this.#rooms.set(roomKey(ref), room);
    if (other) this.#takeOut(room, other, 'replaced');
    room.rev = Math.max(room.rev, seat - 1);
    this.#seat(room, { ...member, soleUser });
    return { kind: 'registered', state: stateOf(room) };
  }

  async position(ref: RoomRef): Promise<RoomPosition | null> {
    const room = this.#rooms.get(roomKey(ref));
    return room ? positionOf(room) : null;
  }

  async read(ref: RoomRef): Promise<RoomState | null> {
    const room = this.#rooms.get(roomKey(ref));
    return room ? stateOf(room) : null;
  }

  /** @returns null if the binding is not, or not any more, that of a member. */
  open(ref: RoomRef, { peerId, epoch }: Binding): OpenRoom | null {
    const room = this.#rooms.get(roomKey(ref));
    const member = room?.members.get(peerId);
    if (!room || !member || member.epoch > epoch) return null;
    const publish = (change: RoomChange) => {
      this.#changed(room, change, nodesOf(room));
      return positionOf(room);
    };
    return { contents: room.contents, position: positionOf(room), publish };
  }

  #seat(room: Room, stored: StoredMember): void {
    room.members.set(stored.participant.peerId, stored);
    this.#changed(room, { type: 'joined', member: memberOf(stored) }, nodesOf(room));
  }

  #takeOut(room: Room, { participant: { peerId } }: Member, reason: LeaveReason): void {
    const audience = nodesOf(room);
    room.members.delete(peerId);
    this.#changed(room, { type: 'left', peerId, reason }, audience);
  }

  /** Publishes only what is new: another binding, or a connection that is back. */
  #rebind(room: Room, member: StoredMember, { peerId, node, epoch }: Binding): void {
    if (member.epoch === epoch && member.participant.connected) return;
    const audience = nodesOf(room);
    const participant = { ...member.participant, connected: true };
    room.members.set(peerId, { ...member, participant, node, epoch });
    const change = { type: 'rebound', peerId, node, epoch } as const;
    this.#changed(room, change, new Set([...audience, node]));
  }

  #changed(room: Room, change: RoomChange, audience: Set<NodeId>): void {
    room.rev += 1;
    const { ref, incarnation, rev } = room;
    for (const node of audience) this.#publish(node, { room: ref, incarnation, rev, change });
  }
}

const newRoom = (
  ref: RoomRef,
  settled: { readonly incarnation: Incarnation } & RoomPolicy,
): Room => ({
  ref,
  ...settled,
  members: new Map(),
  contents: { messages: [], annotations: new Map(), messageCount: 0 },
  rev: 0,
});

const positionOf = ({ incarnation, rev }: Room): RoomPosition => ({ incarnation, rev });

const memberOf = ({ participant, node, epoch }: StoredMember): Member => ({
  participant,
  node,
  epoch,
});

const stateOf = ({
  incarnation,
  rev,
  capacity,
  duplicates,
  members,
  contents,
}: Room): RoomState => ({
  incarnation,
  rev,
  capacity,
  duplicates,
  members: Array.from(members.values(), memberOf).sort(
    (a, b) => a.participant.seat - b.participant.seat,
  ),
  messages: contents.messageCount,
  annotations: contents.annotations.size,
});

/** The member that a user has in a room which admits only one of each. */
const findUser = (room: Room, user: UserId | null): StoredMember | undefined =>
  user !== null && room.duplicates === 'replace'
    ? [...room.members.values()].find(({ soleUser }) => soleUser === user)
    : undefined;

const nodesOf = (room: Room): Set<NodeId> =>
  new Set(Array.from(room.members.values(), ({ node }) => node));

const merge = (media: MediaState, change: UpdateRequest['media']): MediaState => ({
  camera: change.camera ?? media.camera,
  microphone: change.microphone ?? media.microphone,
  screen: change.screen ?? media.screen,
});
