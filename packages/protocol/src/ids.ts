import { z } from 'zod';
import { limits } from './limits.ts';

/**
 * Identifiers are branded, so that a peer id cannot be passed where a room id is meant.
 * They are opaque: nothing may be read out of their characters.
 */

/** No C0/C1 control characters: an identifier appears in keys, logs and log-reading terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const printable = /^[^\u0000-\u001f\u007f-\u009f]+$/;

const identifier = (max: number) =>
  z.string().min(1).max(max).regex(printable, 'must not contain control characters');

/** Public name of a session, before and after a resume; equal to the client's `socket.id`. */
export const PeerId = identifier(limits.peerIdLength).brand<'PeerId'>();
export type PeerId = z.infer<typeof PeerId>;

/** Chosen by the application: an appointment number, a slug, a random string. */
export const RoomId = identifier(limits.roomIdLength).brand<'RoomId'>();
export type RoomId = z.infer<typeof RoomId>;

/**
 * One life of a room: random, new whenever an emptied or lost room comes into being again.
 * Revisions can be compared within one incarnation only.
 */
export const Incarnation = identifier(limits.incarnationLength).brand<'Incarnation'>();
export type Incarnation = z.infer<typeof Incarnation>;

/** An isolated customer. No colon: tenants are joined with other parts into keys. */
export const TenantId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"')
  .brand<'TenantId'>();
export type TenantId = z.infer<typeof TenantId>;

/** The tenant of everybody who names none. */
export const defaultTenant = TenantId.parse('default');

/**
 * Name of one process. It is the first part of an Engine.IO `sid` (`NODE_ID.random`), by which
 * a load balancer finds the node again, so it has no dot.
 */
export const NodeId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"')
  .brand<'NodeId'>();
export type NodeId = z.infer<typeof NodeId>;
