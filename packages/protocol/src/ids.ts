import { z } from 'zod';
import { limits } from './limits.ts';

/**
 * Identifiers are branded, so that a peer id cannot be passed where a room id is meant.
 * They are opaque: nothing may be read out of their characters.
 *
 * No control characters: an identifier appears in keys, logs and log-reading terminals. No lone
 * surrogates: all of them are one and the same character in UTF-8, and so in a key.
 */
const printable = /^[^\p{Cc}\p{Cs}]+$/u;

/** A short text without control characters. @param max UTF-16 code units. */
export const printableText = (max: number) =>
  z.string().min(1).max(max).regex(printable, 'must not contain control characters');

/** Public name of a session, before and after a resume; equal to the client's `socket.id`. */
export const PeerId = printableText(limits.peerIdLength).brand<'PeerId'>();
export type PeerId = z.infer<typeof PeerId>;

/** Chosen by the application: an appointment number, a slug, a random string. */
export const RoomId = printableText(limits.roomIdLength).brand<'RoomId'>();
export type RoomId = z.infer<typeof RoomId>;

/** Chosen by the system that appointments are made in. */
export const AppointmentId = printableText(limits.appointmentIdLength).brand<'AppointmentId'>();
export type AppointmentId = z.infer<typeof AppointmentId>;

/**
 * One life of a room: random, new whenever an emptied or lost room comes into being again.
 * Revisions can be compared within one incarnation only.
 */
export const Incarnation = printableText(limits.incarnationLength).brand<'Incarnation'>();
export type Incarnation = z.infer<typeof Incarnation>;

/** Who somebody is, over all their sessions: the `sub` of a token (RFC 7519, 4.1.2). */
export const UserId = printableText(limits.userIdLength).brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;

/** Chosen by the caller: random, so that a repeated invitation is known, and no two are taken for one. */
export const CallId = printableText(limits.callIdLength).brand<'CallId'>();
export type CallId = z.infer<typeof CallId>;

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
