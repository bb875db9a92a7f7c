import {
  type Member,
  type RoomChange,
  type RoomEvent,
  type RoomKey,
  type RoomOrigin,
  type RoomPreparation,
  type RoomRef,
  type RoomState,
  roomKey,
} from '@switchboard/core';
import type {
  Annotation,
  AnnotationId,
  ChatMessage,
  Incarnation,
  LeaveReason,
  NodeId,
  PeerId,
  Role,
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

/** A room as it is kept: all but its origin's beginnings changes. */
export interface Room extends RoomOrigin {
  readonly ref: RoomRef;
  readonly incarnation: Incarnation;
  readonly members: Map<PeerId, StoredMember>;
  readonly contents: RoomContents;
  progress: RoomOrigin['progress'];
  preparation: RoomPreparation | null;
  rev: number;
  updatedAt: number;
  /** When it is removed if nobody is in it; infinite of a room that goes with its last member. */
  expiresAt: number;
}

export interface StoredMember extends Member {
  /** See `JoinRequest`. */
  readonly soleUser: UserId | null;
}

/** What the nodes on one backend share: rooms, and the way to those who are told of changes. */
export class SharedRooms {
  readonly #rooms = new Map<RoomKey, Room>();
  readonly #publish: (node: NodeId, event: RoomEvent) => void;

  constructor(publish: (node: NodeId, event: RoomEvent) => void) {
    this.#publish = publish;
  }

  get(ref: RoomRef): Room | undefined {
    return this.#rooms.get(roomKey(ref));
  }

  add(room: Room): void {
    this.#rooms.set(roomKey(room.ref), room);
  }

  remove(room: Room): void {
    this.#rooms.delete(roomKey(room.ref));
  }

  [Symbol.iterator](): IterableIterator<Room> {
    return this.#rooms.values();
  }

  /** Brings somebody in, and begins the room if it has waited for nobody else. */
  seat(room: Room, stored: StoredMember): void {
    room.members.set(stored.participant.peerId, stored);
    this.changed(room, { type: 'joined', member: memberOf(stored) }, nodesOf(room));
    if (room.progress.status !== 'waiting') return;
    const present = new Set(Array.from(room.members.values(), ({ participant: { role } }) => role));
    if (room.preparation?.requiredRoles.every((role) => present.has(role))) this.start(room);
  }

  takeOut(room: Room, { participant: { peerId } }: Member, reason: LeaveReason): void {
    const audience = nodesOf(room);
    room.members.delete(peerId);
    this.changed(room, { type: 'left', peerId, reason }, audience);
  }

  start(room: Room): void {
    const startedAt = Date.now();
    room.progress = { status: 'in-progress', startedAt };
    this.changed(room, { type: 'started', startedAt }, nodesOf(room));
  }

  changed(room: Room, change: RoomChange, audience: Set<NodeId>): void {
    room.rev += 1;
    room.updatedAt = Date.now();
    const { ref, incarnation, rev } = room;
    for (const node of audience) this.#publish(node, { room: ref, incarnation, rev, change });
  }
}

/** A room that nobody is in yet, and that the caller has still to add. */
export function createRoom(
  ref: RoomRef,
  { incarnation, ...origin }: { readonly incarnation: Incarnation } & RoomOrigin,
): Room {
  return {
    ref,
    incarnation,
    ...origin,
    members: new Map(),
    contents: { messages: [], annotations: new Map(), messageCount: 0 },
    rev: 0,
    updatedAt: Date.now(),
    expiresAt: Number.POSITIVE_INFINITY,
  };
}

export const stateOf = (room: Room): RoomState => ({
  incarnation: room.incarnation,
  rev: room.rev,
  capacity: room.capacity,
  duplicates: room.duplicates,
  progress: room.progress,
  createdAt: room.createdAt,
  updatedAt: room.updatedAt,
  preparation: room.preparation,
  members: Array.from(room.members.values(), memberOf).sort(
    (a, b) => a.participant.seat - b.participant.seat,
  ),
  messages: room.contents.messageCount,
  annotations: room.contents.annotations.size,
});

export const nodesOf = (room: Room): Set<NodeId> =>
  new Set(Array.from(room.members.values(), ({ node }) => node));

/** The role that a room gives a user; undefined of one it does not name. */
export const entitledRole = (
  room: Room | undefined,
  user: UserId | null | undefined,
): Role | undefined => room?.preparation?.entitled.find(({ userId }) => userId === user)?.role;

/** Whether the room lets participants of that role share a screen. */
export const mayShare = (room: Room, role: Role | undefined): boolean => {
  const roles = room.preparation?.screenRoles ?? null;
  return roles === null || (role !== undefined && roles.includes(role));
};

const memberOf = ({ participant, node, epoch }: StoredMember): Member => ({
  participant,
  node,
  epoch,
});
