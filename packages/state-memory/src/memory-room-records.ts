import type {
  EndAsker,
  EndOutcome,
  EndRequest,
  ListedRooms,
  ListRequest,
  PrepareOutcome,
  PrepareRequest,
  RoomRecords,
  RoomRef,
  StartOutcome,
} from '@switchboard/core';
import {
  type AppointmentId,
  Cursor,
  limits,
  type RoomId,
  type RoomTotals,
  type TenantId,
} from '@switchboard/protocol';
import { parseCursor } from './cursor.ts';
import {
  createRoom,
  entitledRole,
  nodesOf,
  type Room,
  type SharedRooms,
  stateOf,
} from './shared-rooms.ts';

/** As long as the room of an appointment can be kept. */
const assignmentMs = limits.preparedRoomMs + limits.roomKeepMsMax;

interface Assignment {
  readonly roomId: RoomId;
  readonly keptUntil: number;
}

/** The records of the rooms of one process; see `MemoryRooms`. */
export class MemoryRoomRecords implements RoomRecords {
  readonly #rooms: SharedRooms;
  /** By tenant and appointment, the latest last. A tenant has no colon. */
  readonly #assigned = new Map<string, Assignment>();

  constructor(rooms: SharedRooms) {
    this.#rooms = rooms;
  }

  async assign(
    tenant: TenantId,
    appointmentId: AppointmentId,
    proposed: RoomId | null,
  ): Promise<RoomId | null> {
    const key = `${tenant}:${appointmentId}`;
    const assigned = this.#assigned.get(key)?.roomId ?? null;
    if (proposed === null) return assigned;
    const roomId = assigned ?? proposed;
    this.#assigned.delete(key);
    this.#assigned.set(key, { roomId, keptUntil: Date.now() + assignmentMs });
    return roomId;
  }

  async prepare(request: PrepareRequest): Promise<PrepareOutcome> {
    const { room: ref, incarnation, policy, preparation } = request;
    const existing = this.#rooms.get(ref);
    if (existing?.preparation || existing?.progress.status === 'ended') {
      return { kind: 'already', state: stateOf(existing) };
    }
    const createdAt = Date.now();
    const progress = { status: 'waiting' } as const;
    const origin = { ...policy, progress, createdAt, preparation };
    const room = existing ?? createRoom(ref, { incarnation, ...origin });
    // Nodes with members in it find that they have missed something, and read it.
    if (existing) room.rev += 1;
    room.preparation = preparation;
    room.expiresAt = createdAt + limits.preparedRoomMs;
    this.#rooms.add(room);
    return { kind: 'prepared', state: stateOf(room) };
  }

  async start(ref: RoomRef): Promise<StartOutcome> {
    const room = this.#rooms.get(ref);
    if (!room) return { kind: 'absent' };
    const isWaiting = room.progress.status === 'waiting';
    if (isWaiting) this.#rooms.start(room);
    return { kind: isWaiting ? 'started' : 'already', state: stateOf(room) };
  }

  async end({ room: ref, asker }: EndRequest): Promise<EndOutcome> {
    const room = this.#rooms.get(ref);
    if (asker && !mayEnd(room, asker)) return { kind: 'refused' };
    if (!room) return { kind: 'absent' };
    const { progress } = room;
    if (progress.status === 'ended') return { kind: 'already', state: stateOf(room) };
    const endedAt = Date.now();
    const startedAt = progress.status === 'waiting' ? null : progress.startedAt;
    const audience = nodesOf(room);
    room.members.clear();
    room.progress = { status: 'ended', startedAt, endedAt };
    room.expiresAt = endedAt + (room.preparation?.keepMs ?? limits.plainRoomKeepMs);
    this.#rooms.changed(room, { type: 'ended', by: asker?.peerId ?? null, endedAt }, audience);
    return { kind: 'ended', state: stateOf(room) };
  }

  async list({ tenant, onlyOccupied, cursor, limit }: ListRequest): Promise<ListedRooms> {
    // The empty one is before every room id.
    const after = cursor === null ? '' : parseCursor(cursor);
    const rooms = [...this.#rooms]
      .filter(({ ref, members }) => ref.tenant === tenant && (!onlyOccupied || members.size > 0))
      .filter(({ ref }) => ref.roomId > after)
      .sort((a, b) => (a.ref.roomId < b.ref.roomId ? -1 : 1));
    const page = rooms.slice(0, limit);
    const last = page.at(-1);
    return {
      rooms: page.map((room) => ({ room: room.ref, state: stateOf(room) })),
      cursor: rooms.length > limit && last ? Cursor.parse(`:${last.ref.roomId}`) : null,
    };
  }

  async totals(tenant: TenantId): Promise<RoomTotals> {
    const rooms = [...this.#rooms].filter(
      ({ ref, members }) => ref.tenant === tenant && members.size > 0,
    );
    const participants = rooms.reduce((sum, { members }) => sum + members.size, 0);
    return { rooms: rooms.length, participants };
  }

  /** One process: whoever asks looks at everything. */
  async expire(): Promise<number> {
    const now = Date.now();
    const due = [...this.#rooms].filter(
      ({ expiresAt, members }) => expiresAt <= now && members.size === 0,
    );
    for (const room of due) this.#rooms.remove(room);
    for (const [key, { keptUntil }] of this.#assigned) {
      if (keptUntil > now) break;
      this.#assigned.delete(key);
    }
    return due.length;
  }
}

/** One who was in a room may go on ending it after the end, because the answer may be lost. */
function mayEnd(room: Room | undefined, { peerId, asMember, asEntitled }: EndAsker): boolean {
  if (!room) return false;
  if (asEntitled !== null && entitledRole(room, asEntitled) !== undefined) return true;
  return asMember && (room.members.has(peerId) || room.progress.status === 'ended');
}
