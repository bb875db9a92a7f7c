import type {
  Binding,
  DetachRequest,
  JoinOutcome,
  JoinRequest,
  LeaveOutcome,
  LeaveRequest,
  RebindOutcome,
  RebindRequest,
  RegisterMemberOutcome,
  RegisterMemberRequest,
  RoomChange,
  RoomPosition,
  RoomRef,
  RoomState,
  RoomStore,
  UpdateOutcome,
  UpdateRequest,
} from '@switchboard/core';
import { type MediaState, namedIn, type UserId } from '@switchboard/protocol';
import {
  createRoom,
  entitledRole,
  mayShare,
  nodesOf,
  type Room,
  type RoomContents,
  type SharedRooms,
  type StoredMember,
  stateOf,
} from './shared-rooms.ts';

/** A room as one of its members may change what hangs on it. */
export interface OpenRoom {
  readonly contents: RoomContents;
  readonly position: RoomPosition;
  /** Tells of a change that has been made. @returns where it has led the room. */
  publish(change: RoomChange): RoomPosition;
}

/**
 * The rooms of one process. Each method does its work before it first yields, which makes it
 * one step, as the port demands.
 */
export class MemoryRooms implements RoomStore {
  readonly #rooms: SharedRooms;

  constructor(rooms: SharedRooms) {
    this.#rooms = rooms;
  }

  async join(request: JoinRequest): Promise<JoinOutcome> {
    const { room: ref, binding, participant, soleUser } = request;
    const existing = this.#rooms.get(ref);
    if (!existing && request.onlyAsEntitled !== null) return { kind: 'stranger' };
    if (!existing && !request.mayCreate) return { kind: 'absent' };
    const room = existing ?? createPlain(ref, request.ifCreated);
    const present = room.members.get(binding.peerId);
    if (present && present.epoch > binding.epoch) return { kind: 'fenced' };
    if (present) {
      this.#rebind(room, present, binding);
      return { kind: 'already', state: stateOf(room) };
    }
    const user = request.onlyAsEntitled;
    if (user !== null && entitledRole(room, user) === undefined) return { kind: 'stranger' };
    if (room.progress.status === 'ended') return { kind: 'ended' };
    const role = participant.role ?? entitledRole(room, participant.userId);
    if (participant.media.screen && !mayShare(room, role)) return { kind: 'screen-refused' };
    const other = findUser(room, soleUser);
    const only = request.onlyReplaces;
    if (other && only !== null && other.participant.peerId !== only) return { kind: 'occupied' };
    if (!other && room.members.size >= room.capacity) {
      return { kind: 'full', capacity: room.capacity };
    }
    this.#rooms.add(room);
    if (other) this.#rooms.takeOut(room, other, 'replaced');
    const seated = {
      ...participant,
      ...(role !== undefined && { role }),
      connected: true,
      seat: room.rev + 1,
    };
    const { node, epoch } = binding;
    this.#rooms.seat(room, { participant: seated, node, epoch, soleUser });
    return { kind: 'joined', state: stateOf(room) };
  }

  async leave({ room: ref, binding, reason }: LeaveRequest): Promise<LeaveOutcome> {
    const room = this.#rooms.get(ref);
    const member = room?.members.get(binding.peerId);
    if (!room || !member || member.epoch > binding.epoch) return { kind: 'not-member' };
    this.#rooms.takeOut(room, member, reason);
    if (room.members.size === 0 && !room.preparation) this.#rooms.remove(room);
    return { kind: 'left', ...positionOf(room) };
  }

  async update(request: UpdateRequest): Promise<UpdateOutcome> {
    const { room: ref, binding, media, introduction, onlyAsEntitled: user } = request;
    const room = this.#rooms.get(ref);
    const member = room?.members.get(binding.peerId);
    if (!room || !member || member.epoch > binding.epoch) return { kind: 'not-member' };
    const isStranger = user !== null && entitledRole(room, user) === undefined;
    if (media.screen && (isStranger || !mayShare(room, member.participant.role))) {
      return { kind: 'screen-refused' };
    }
    const merged = merge(member.participant.media, media);
    const participant = { ...member.participant, ...introduction, media: merged };
    room.members.set(binding.peerId, { ...member, participant });
    const change = {
      type: 'updated',
      peerId: binding.peerId,
      media: merged,
      ...namedIn(media),
      ...(introduction?.instance !== undefined && { instance: introduction.instance }),
    } as const;
    this.#rooms.changed(room, change, nodesOf(room));
    return { kind: 'updated', media: merged, ...positionOf(room) };
  }

  async detach({ room: ref, binding }: DetachRequest): Promise<void> {
    const room = this.#rooms.get(ref);
    const member = room?.members.get(binding.peerId);
    if (!room || member?.epoch !== binding.epoch || !member.participant.connected) return;
    const participant = { ...member.participant, connected: false };
    room.members.set(binding.peerId, { ...member, participant });
    this.#rooms.changed(room, { type: 'detached', peerId: binding.peerId }, nodesOf(room));
  }

  async rebind({ room: ref, binding, soleUser }: RebindRequest): Promise<RebindOutcome> {
    const room = this.#rooms.get(ref);
    const member = room?.members.get(binding.peerId);
    if (room && !member && room.progress.status === 'ended') {
      return { kind: 'ended', position: positionOf(room) };
    }
    if (room && !member && findUser(room, soleUser)) return { kind: 'replaced' };
    if (!room || !member || member.epoch > binding.epoch) return { kind: 'not-member' };
    this.#rebind(room, member, binding);
    return { kind: 'rebound', state: stateOf(room) };
  }

  async register(request: RegisterMemberRequest): Promise<RegisterMemberOutcome> {
    const { room: ref, member, soleUser, ifLost } = request;
    const room = this.#rooms.get(ref) ?? createRoom(ref, ifLost);
    const { peerId } = member.participant;
    const present = room.members.get(peerId);
    if (present && present.epoch > member.epoch) return { kind: 'fenced' };
    if (present) {
      this.#rebind(room, present, { peerId, node: member.node, epoch: member.epoch });
      return { kind: 'registered', state: stateOf(room) };
    }
    if (room.progress.status === 'ended') return { kind: 'ended', position: positionOf(room) };
    const { seat } = member.participant;
    const other = findUser(room, soleUser);
    if (other && other.participant.seat > seat) return { kind: 'replaced' };
    this.#rooms.add(room);
    if (other) this.#rooms.takeOut(room, other, 'replaced');
    room.rev = Math.max(room.rev, seat - 1);
    this.#rooms.seat(room, { ...member, soleUser });
    return { kind: 'registered', state: stateOf(room) };
  }

  async position(ref: RoomRef): Promise<RoomPosition | null> {
    const room = this.#rooms.get(ref);
    return room ? positionOf(room) : null;
  }

  async read(ref: RoomRef): Promise<RoomState | null> {
    const room = this.#rooms.get(ref);
    return room ? stateOf(room) : null;
  }

  /** @returns null if the binding is not, or not any more, that of a member. */
  open(ref: RoomRef, { peerId, epoch }: Binding): OpenRoom | null {
    const room = this.#rooms.get(ref);
    const member = room?.members.get(peerId);
    if (!room || !member || member.epoch > epoch) return null;
    const publish = (change: RoomChange) => {
      this.#rooms.changed(room, change, nodesOf(room));
      return positionOf(room);
    };
    return { contents: room.contents, position: positionOf(room), publish };
  }

  /** Publishes only what is new: another binding, or a connection that is back. */
  #rebind(room: Room, member: StoredMember, { peerId, node, epoch }: Binding): void {
    if (member.epoch === epoch && member.participant.connected) return;
    const audience = nodesOf(room);
    const participant = { ...member.participant, connected: true };
    room.members.set(peerId, { ...member, participant, node, epoch });
    const change = { type: 'rebound', peerId, node, epoch } as const;
    this.#rooms.changed(room, change, new Set([...audience, node]));
  }
}

/** A room that comes into being with its first participant. */
const createPlain = (ref: RoomRef, made: JoinRequest['ifCreated']): Room => {
  const createdAt = Date.now();
  const progress = { status: 'in-progress', startedAt: createdAt } as const;
  return createRoom(ref, { ...made, progress, createdAt, preparation: null });
};

const positionOf = ({ incarnation, rev }: Room): RoomPosition => ({ incarnation, rev });

/** The member that a user has in a room which admits only one of each. */
const findUser = (room: Room, user: UserId | null): StoredMember | undefined =>
  user !== null && room.duplicates === 'replace'
    ? [...room.members.values()].find(({ soleUser }) => soleUser === user)
    : undefined;

const merge = (media: MediaState, change: UpdateRequest['media']): MediaState => ({
  camera: change.camera ?? media.camera,
  microphone: change.microphone ?? media.microphone,
  screen: change.screen ?? media.screen,
});
