import { z } from 'zod';
import { Incarnation, PeerId, RoomId } from './ids.ts';
import { limits } from './limits.ts';

/** What a participant is sending at the moment. */
export const MediaState = z.strictObject({
  camera: z.boolean(),
  microphone: z.boolean(),
  screen: z.boolean(),
});
export type MediaState = z.infer<typeof MediaState>;

/** Nothing is sent until a participant says so. */
export const silentMedia: MediaState = Object.freeze({
  camera: false,
  microphone: false,
  screen: false,
});

export const DisplayName = z.string().min(1).max(limits.nameLength);

/** A session's membership of one room. */
export const Participant = z.strictObject({
  peerId: PeerId,
  /** Shown to others as it is; not an identity. */
  name: DisplayName.optional(),
  media: MediaState,
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

/** A room as of one revision. */
export const RoomSnapshot = z.strictObject({
  roomId: RoomId,
  incarnation: Incarnation,
  /** Counts the changes of one incarnation, from 1. */
  rev: z.int().min(1),
  capacity: z.int().min(limits.roomCapacityMin).max(limits.roomCapacity),
  participants: z.array(Participant),
});
export type RoomSnapshot = z.infer<typeof RoomSnapshot>;

/** Why somebody is no longer in a room. */
export const LeaveReason = z.enum([
  /** The participant asked to. */
  'left',
  /** The connection was lost and did not come back in time. */
  'disconnected',
]);
export type LeaveReason = z.infer<typeof LeaveReason>;
