import {
  type Binding,
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
  type RoomPosition,
  type RoomRef,
  type RoomState,
  type RoomStore,
  roomKey,
  type UpdateOutcome,
  type UpdateRequest,
} from '@switchboard/core';
import type { Incarnation, MediaState, NodeId, PeerId } from '@switchboard/protocol';

interface Room {
  readonly ref: RoomRef;
  readonly incarnation: Incarnation;
  readonly capacity: number;
  readonly members: Map<PeerId, Member>;
  rev: number;
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

  async join({ room: ref, binding, participant, ifCreated }: JoinRequest): Promise<JoinOutcome> {
    const room = this.#rooms.get(roomKey(ref)) ?? { ref, ...ifCreated, members: new Map(), rev: 0 };
    const present = room.members.get(binding.peerId);
    if (present && present.epoch > binding.epoch) return { kind: 'fenced' };
    if (present) {
      this.#rebind(room, present, binding);
      return { kind: 'already', state: stateOf(room) };
    }
    if (room.members.size >= room.capacity) {
      return { kind: 'full', capacity: room.capacity };
    }
    const seated = { ...participant, connected: true, seat: room.rev + 1 };
    const member: Member = { participant: seated, node: binding.node, epoch: binding.epoch };
    this.#rooms.set(roomKey(ref), room);
    // One who takes a new seat goes to the end: the order of the map is the order of seats.
    room.members.delete(binding.peerId);
    room.members.set(binding.peerId, member);
    this.#changed(room, { type: 'joined', member }, nodesOf(room));
    return { kind: 'joined', state: stateOf(room) };
  }

  async leave({ room: ref, binding, reason }: LeaveRequest): Promise<LeaveOutcome> {
    const room = this.#rooms.get(roomKey(ref));
    const member = room?.members.get(binding.peerId);
    if (!room || !member || member.epoch > binding.epoch) return { kind: 'not-member' };
    const audience = nodesOf(room);
    room.members.delete(binding.peerId);
    this.#changed(room, { type: 'left', peerId: binding.peerId, reason }, audience);
    if (room.members.size === 0) this.#rooms.delete(roomKey(ref));
    return { kind: 'left' };
  }

  async update({ room: ref, binding, media }: UpdateRequest): Promise<UpdateOutcome> {
    const room = this.#rooms.get(roomKey(ref));
    const member = room?.members.get(binding.peerId);
    if (!room || !member || member.epoch > binding.epoch) return { kind: 'not-member' };
    const merged = merge(member.participant.media, media);
    const participant = { ...member.participant, media: merged };
    room.members.set(binding.peerId, { ...member, participant });
    const change = { type: 'updated', peerId: binding.peerId, media: merged } as const;
    this.#changed(room, change, nodesOf(room));
    return { kind: 'updated', media: merged };
  }

  async detach({ room: ref, binding }: RebindRequest): Promise<void> {
    const room = this.#rooms.get(roomKey(ref));
    const member = room?.members.get(binding.peerId);
    if (!room || member?.epoch !== binding.epoch || !member.participant.connected) return;
    const participant = { ...member.participant, connected: false };
    room.members.set(binding.peerId, { ...member, participant });
    this.#changed(room, { type: 'detached', peerId: binding.peerId }, nodesOf(room));
  }

  async rebind({ room: ref, binding }: RebindRequest): Promise<RebindOutcome> {
    const room = this.#rooms.get(roomKey(ref));
    const member = room?.members.get(binding.peerId);
    if (!room || !member || member.epoch > binding.epoch) return { kind: 'not-member' };
    this.#rebind(room, member, binding);
    return { kind: 'rebound', state: stateOf(room) };
  }

  async register(request: RegisterMemberRequest): Promise<RegisterMemberOutcome> {
    const { room: ref, member, ifLost } = request;
    const room = this.#rooms.get(roomKey(ref)) ?? { ref, ...ifLost, members: new Map(), rev: 0 };
    const { peerId } = member.participant;
    const present = room.members.get(peerId);
    if (present && present.epoch > member.epoch) return { kind: 'fenced' };
    if (present) {
      this.#rebind(room, present, { peerId, node: member.node, epoch: member.epoch });
    } else {
      this.#rooms.set(roomKey(ref), room);
      room.members.set(peerId, member);
      room.rev = Math.max(room.rev, member.participant.seat - 1);
      this.#changed(room, { type: 'joined', member }, nodesOf(room));
    }
    return { kind: 'registered', state: stateOf(room) };
  }

  async position(ref: RoomRef): Promise<RoomPosition | null> {
    const room = this.#rooms.get(roomKey(ref));
    return room ? { incarnation: room.incarnation, rev: room.rev } : null;
  }

  async read(ref: RoomRef): Promise<RoomState | null> {
    const room = this.#rooms.get(roomKey(ref));
    return room ? stateOf(room) : null;
  }

  /** Publishes only what is new: another binding, or a connection that is back. */
  #rebind(room: Room, member: Member, { peerId, node, epoch }: Binding): void {
    if (member.epoch === epoch && member.participant.connected) return;
    const audience = nodesOf(room);
    const participant = { ...member.participant, connected: true };
    room.members.set(peerId, { participant, node, epoch });
    const change = { type: 'rebound', peerId, node, epoch } as const;
    this.#changed(room, change, new Set([...audience, node]));
  }

  #changed(room: Room, change: RoomChange, audience: Set<NodeId>): void {
    room.rev += 1;
    const { ref, incarnation, rev } = room;
    for (const node of audience) this.#publish(node, { room: ref, incarnation, rev, change });
  }
}

const stateOf = ({ incarnation, rev, capacity, members }: Room): RoomState => ({
  incarnation,
  rev,
  capacity,
  members: [...members.values()],
});

const nodesOf = (room: Room): Set<NodeId> =>
  new Set(Array.from(room.members.values(), ({ node }) => node));

const merge = (media: MediaState, change: UpdateRequest['media']): MediaState => ({
  camera: change.camera ?? media.camera,
  microphone: change.microphone ?? media.microphone,
  screen: change.screen ?? media.screen,
});
