import { z } from 'zod';
import { Instance } from './delivery.ts';
import { AppointmentId, Incarnation, PeerId, printableText, RoomId, UserId } from './ids.ts';
import { limits } from './limits.ts';

/** What a participant is sending at the moment. */
export const MediaState = z.strictObject({
  camera: z.boolean(),
  microphone: z.boolean(),
  screen: z.boolean(),
});
export type MediaState = z.infer<typeof MediaState>;

/** One of the things that a participant can send. */
export const MediaKind = MediaState.keyof();
export type MediaKind = z.infer<typeof MediaKind>;

/** What a change of media speaks of, to be told to the others. */
export function namedIn(media: { readonly [K in MediaKind]?: boolean | undefined }): {
  readonly named?: readonly MediaKind[];
} {
  const named = MediaKind.options.filter((kind) => media[kind] !== undefined);
  return named.length > 0 ? { named } : {};
}

/** Nothing is sent until a participant says so. */
export const silentMedia: MediaState = Object.freeze({
  camera: false,
  microphone: false,
  screen: false,
});

export const DisplayName = z.string().min(1).max(limits.nameLength);

/** What somebody is to the others of a room, in the application's words: `practitioner`. */
export const Role = printableText(limits.roleLength);
export type Role = z.infer<typeof Role>;

/**
 * Which of two makes the first offer: the one who was in the room before, or the one who has come
 * later. What the one who was there says counts for both.
 */
export const FirstOffer = z.enum(['present', 'joiner']);
export type FirstOffer = z.infer<typeof FirstOffer>;

/** A session's membership of one room. */
export const Participant = z.strictObject({
  peerId: PeerId,
  /** Who it is, as a token has vouched, or, without one, as it says itself. */
  userId: UserId.optional(),
  /** Shown to others as it is; not an identity. */
  name: DisplayName.optional(),
  /** Vouched for by its token if it showed one, and else what the client says of itself. */
  role: Role.optional(),
  media: MediaState,
  /** Of a client that delivers signals from end to end; another one means a page loaded anew. */
  instance: Instance.optional(),
  /** Who makes the first offer between this participant and one who comes later; `present` if absent. */
  firstOffer: FirstOffer.optional(),
  /** False while the connection is lost and may yet come back. */
  connected: z.boolean(),
  /**
   * Given by the cluster, unequal within a room. Of two participants the one with the higher
   * seat is the *polite* one of the perfect negotiation pattern (W3C WebRTC, 10.7).
   */
  seat: z.int().min(1),
  /** Epoch milliseconds by the clock of the node that was joined: to show, not to order by. */
  joinedAt: z.int(),
});
export type Participant = z.infer<typeof Participant>;

/**
 * What happens when a user comes into a room that another of their sessions is in: it takes the
 * other one's place, or both are in. Somebody without a user id never takes anybody's place.
 */
export const DuplicatePolicy = z.enum(['replace', 'allow']);
export type DuplicatePolicy = z.infer<typeof DuplicatePolicy>;

/**
 * How far a room has come. One that was prepared is `waiting` until those are in whom it waits
 * for; any other is `in-progress` from its first join. Nobody enters a room that has `ended`.
 */
export const RoomStatus = z.enum(['waiting', 'in-progress', 'ended']);
export type RoomStatus = z.infer<typeof RoomStatus>;

/** A room as of one revision. */
export const RoomSnapshot = z.strictObject({
  roomId: RoomId,
  incarnation: Incarnation,
  /** Counts the changes of one incarnation, from 1. */
  rev: z.int().min(1),
  capacity: z.int().min(limits.roomCapacityMin).max(limits.roomCapacity),
  status: RoomStatus,
  /** Epoch milliseconds; absent while it is waiting. */
  startedAt: z.int().optional(),
  /** Of a room that was prepared for an appointment. */
  appointmentId: AppointmentId.optional(),
  participants: z.array(Participant),
  /** How many chat messages this incarnation has seen; more than the room still has of them. */
  messages: z.int().min(0),
  /** How many annotations it has. */
  annotations: z.int().min(0),
});
export type RoomSnapshot = z.infer<typeof RoomSnapshot>;

/** Why somebody is no longer in a room. */
export const LeaveReason = z.enum([
  /** The participant asked to. */
  'left',
  /** The connection was lost and did not come back in time. */
  'disconnected',
  /** The same user has come into the room with another session. */
  'replaced',
]);
export type LeaveReason = z.infer<typeof LeaveReason>;
