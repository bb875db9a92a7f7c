import { z } from 'zod';
import { AppointmentId, RoomId, TenantId, UserId } from './ids.ts';
import { findJsonFault, type JsonValue } from './json.ts';
import { limits } from './limits.ts';
import { DuplicatePolicy, Participant, Role, RoomStatus } from './room.ts';

/** What servers and operators see of a room, and what a server says when it prepares one. */

/** A user whom a room names: who may enter it without any other right, and as what. */
export const EntitledUser = z.strictObject({ userId: UserId, role: Role });
export type EntitledUser = z.infer<typeof EntitledUser>;

const EntitledUsers = z
  .array(EntitledUser)
  .max(limits.entitledUsers)
  .refine((users) => new Set(users.map(({ userId }) => userId)).size === users.length, {
    error: 'must name every user once',
  });

const Roles = z.array(Role).max(limits.roomRoles);

/** What a server keeps with a room, for itself. Clients are not told of it. */
export const RoomData = z
  .custom<{ [key: string]: JsonValue }>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object',
  )
  .refine(
    (value) =>
      findJsonFault(value, { bytes: limits.roomDataBytes, depth: limits.jsonDepth }) === null,
    `must be plain JSON of at most ${limits.roomDataBytes} bytes`,
  );
export type RoomData = z.infer<typeof RoomData>;

const Capacity = z.int().min(limits.roomCapacityMin).max(limits.roomCapacity);

/** A room as servers and operators see it. Times are epoch milliseconds. */
export const RoomRecord = z.strictObject({
  roomId: RoomId,
  appointmentId: AppointmentId.optional(),
  status: RoomStatus,
  capacity: Capacity,
  duplicates: DuplicatePolicy,
  entitled: z.array(EntitledUser),
  /** The roles that have to be in before the room is in progress. */
  requiredRoles: z.array(Role),
  /** Who may share a screen: participants of these roles; null for everybody. */
  screenRoles: z.array(Role).nullable(),
  data: z.custom<RoomData>().nullable(),
  createdAt: z.int(),
  startedAt: z.int().optional(),
  endedAt: z.int().optional(),
  /** When anything last happened in it. */
  updatedAt: z.int(),
  /** How many annotations it has. */
  annotations: z.int(),
  participants: z.array(Participant),
});
export type RoomRecord = z.infer<typeof RoomRecord>;

/** `POST /v1/rooms`: a server prepares a room ahead. What is left out is as in any other room. */
export const RoomRequest = z.strictObject({
  /** `default` unless a server says another one; who shows a token has the token's. */
  tenant: TenantId.optional(),
  /** Made up unless given. An appointment that has a room already keeps it. */
  roomId: RoomId.optional(),
  appointmentId: AppointmentId.optional(),
  entitled: EntitledUsers.default([]),
  requiredRoles: Roles.default([]),
  screenRoles: Roles.nullable().default(null),
  data: RoomData.nullable().default(null),
  capacity: Capacity.optional(),
  duplicates: DuplicatePolicy.default('replace'),
  /** How long the room is kept after its end, in ms. */
  keepMs: z.int().min(0).max(limits.roomKeepMsMax).default(limits.roomKeepMs),
});
export type RoomRequest = z.output<typeof RoomRequest>;

/** Where a page of a list begins: what the page before said, and nothing else. */
export const Cursor = z.string().max(limits.cursorLength).brand<'Cursor'>();
export type Cursor = z.infer<typeof Cursor>;

/** A page of rooms. */
export const RoomPage = z.strictObject({
  rooms: z.array(RoomRecord),
  /** Of the next page; absent with the last one. */
  cursor: Cursor.optional(),
});
export type RoomPage = z.infer<typeof RoomPage>;

/** How much goes on at the moment. */
export const RoomTotals = z.strictObject({
  /** Rooms that somebody is in. */
  rooms: z.int(),
  participants: z.int(),
});
export type RoomTotals = z.infer<typeof RoomTotals>;
