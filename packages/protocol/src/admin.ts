import { z } from 'zod';
import { Call, CallState } from './calls.ts';
import { NodeId, PeerId, RoomId, TenantId, UserId } from './ids.ts';
import { Role } from './room.ts';
import { Cursor } from './room-record.ts';

/** What operators see of a cluster besides its rooms. Times are epoch milliseconds. */

/** A node that is alive, as it said with its last renewal, which is at most seconds ago. */
export const NodeRecord = z.strictObject({
  node: NodeId,
  status: z.enum(['serving', 'draining']),
  connections: z.int(),
  /** Rooms that its sessions are in; one with members on two nodes is in both. */
  rooms: z.int(),
  startedAt: z.int(),
  drainingSince: z.int().optional(),
});
export type NodeRecord = z.infer<typeof NodeRecord>;

/** All nodes, by name. */
export const NodeList = z.strictObject({ nodes: z.array(NodeRecord) });
export type NodeList = z.infer<typeof NodeList>;

/** A session is `detached` while its connection is lost and may come back. */
export const SessionStatus = z.enum(['connected', 'detached']);
export type SessionStatus = z.infer<typeof SessionStatus>;

export const SessionRecord = z.strictObject({
  peerId: PeerId,
  tenant: TenantId,
  status: SessionStatus,
  node: NodeId,
  /** The protocol that it speaks, by name. */
  dialect: z.string(),
  /** Absent of somebody who has neither shown a token nor said who it is, as are the next two. */
  userId: UserId.optional(),
  name: z.string().optional(),
  role: Role.optional(),
  address: z.string().optional(),
  userAgent: z.string().optional(),
  connectedAt: z.int(),
  /** What it has entered, or is about to. */
  rooms: z.array(RoomId),
});
export type SessionRecord = z.infer<typeof SessionRecord>;

/** A page of sessions; with a filter it may have fewer than were asked for, or none. */
export const SessionPage = z.strictObject({
  sessions: z.array(SessionRecord),
  /** Of the next page; absent with the last one. */
  cursor: Cursor.optional(),
});
export type SessionPage = z.infer<typeof SessionPage>;

/** What a call can be that is not over. */
export const LiveCallState = CallState.extract(['ringing', 'accepted']);

/** A page of calls that ring or are accepted; see `SessionPage`. */
export const CallPage = z.strictObject({ calls: z.array(Call), cursor: Cursor.optional() });
export type CallPage = z.infer<typeof CallPage>;
