import { z } from 'zod';
import { CallId, PeerId, RoomId, UserId } from './ids.ts';
import { findJsonFault, type JsonValue } from './json.ts';
import { limits } from './limits.ts';
import { DisplayName } from './room.ts';

/** All but `ringing` and `accepted` are final. SPEC 14.1 draws what follows what. */
export const CallState = z.enum([
  'ringing',
  'accepted',
  'rejected',
  'cancelled',
  'missed',
  'busy',
  'ended',
]);
export type CallState = z.infer<typeof CallState>;

/** Whether nothing happens to a call in this state any more. */
export const isCallOver = (state: CallState): boolean =>
  state !== 'ringing' && state !== 'accepted';

/** What a caller hands to the callee with the invitation: a subject, a picture's address. */
const CallData = z.custom<JsonValue>(
  (value) =>
    value !== undefined &&
    findJsonFault(value, { bytes: limits.callDataBytes, depth: limits.jsonDepth }) === null,
  'is too large',
);

/** An invitation and what became of it. */
export const Call = z.strictObject({
  callId: CallId,
  /** Rises with every change. */
  rev: z.int().min(1),
  state: CallState,
  /** The session that called. */
  from: z.strictObject({ userId: UserId, peerId: PeerId, name: DisplayName.optional() }),
  /** `peerId` is the session that accepted. */
  to: z.strictObject({ userId: UserId, peerId: PeerId.optional() }),
  /** Where the two meet once it is accepted. */
  roomId: RoomId,
  /** Epoch milliseconds, as all times here, by the clock of the cluster. */
  createdAt: z.number(),
  /** When it is missed, unless something else comes of it before. */
  ringsUntil: z.number(),
  answeredAt: z.number().optional(),
  endedAt: z.number().optional(),
  data: z.custom<JsonValue>().optional(),
});
export type Call = z.output<typeof Call>;

/** What is done to a call that is there; the answer is the call as it then is. */
const change = {
  input: z.strictObject({ callId: CallId }),
  result: z.strictObject({ call: Call }),
} as const;

export const callCommands = {
  /** Calls another user. Repeated with the same id, it is answered with the call that there is. */
  'call:invite': {
    input: z.strictObject({
      /** Given by the node if the client gives none; then a repeated invitation is another call. */
      callId: CallId.optional(),
      to: UserId,
      /** One that the caller may join; else the call has a room of its own. */
      roomId: RoomId.optional(),
      /** Milliseconds after which it is missed. */
      ringMs: z.int().min(limits.ringMin).max(limits.ringMax).default(limits.ring),
      /** What becomes of it when the callee is in an accepted call. */
      whenBusy: z.enum(['refuse', 'ring']).default('refuse'),
      data: CallData.optional(),
    }),
    result: z.strictObject({ call: Call }),
  },
  'call:accept': change,
  'call:reject': change,
  'call:cancel': change,
  'call:end': change,
} as const;

export const callEvents = {
  /** A call of the session's user is as it was not before. */
  'call:changed': z.object({ call: Call }),
} as const;
