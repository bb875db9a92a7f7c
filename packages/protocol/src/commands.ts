import { z } from 'zod';
import { Annotation, AnnotationId } from './annotations.ts';
import { callCommands } from './calls.ts';
import { ChatMessage, ChatText, MessageId } from './chat.ts';
import { Delivery, Instance } from './delivery.ts';
import { iceCommands } from './ice.ts';
import { Incarnation, PeerId, RoomId, UserId } from './ids.ts';
import { JsonData } from './json-data.ts';
import { limits } from './limits.ts';
import { presenceCommands } from './presence.ts';
import { RelayName } from './relay.ts';
import {
  DisplayName,
  DuplicatePolicy,
  FirstOffer,
  MediaState,
  Role,
  RoomSnapshot,
  silentMedia,
} from './room.ts';
import { Token } from './tokens.ts';

/**
 * What a client may ask for. Every command is acknowledged with `Ack<Result>`.
 * All are idempotent: sending one again after a lost answer does no harm, except that a
 * repeated `signal` or `room:relay` is delivered again.
 */

/**
 * `kind` is all that the cluster knows of a signal: `offer` and `answer` carry an
 * RTCSessionDescriptionInit, `candidate` an RTCIceCandidateInit or null (end of candidates),
 * `custom` whatever two clients agree on, and `ack` nothing: it is a bare acknowledgement.
 */
export const SignalKind = z.enum(['offer', 'answer', 'candidate', 'custom', 'ack']);
export type SignalKind = z.infer<typeof SignalKind>;

/** Where a change has led its room: the client that made it is told by no event. */
const changed = { incarnation: Incarnation, rev: z.int().min(1) };
/** Of a change that may have found nothing to do. */
const mayHaveChanged = {
  incarnation: changed.incarnation.optional(),
  rev: changed.rev.optional(),
};

export const commands = {
  /**
   * Enters a room, which is made by the first who enters. Being in it already is no error:
   * the answer is the same, and nobody is told.
   */
  'room:join': {
    input: z.strictObject({
      roomId: RoomId,
      /** Shown to the others, unless a token says another one. */
      name: DisplayName.optional(),
      /** Of somebody without a token; who has one has the role that it says, or none. */
      role: Role.optional(),
      media: MediaState.default(silentMedia),
      /** Of a client that delivers from end to end. */
      instance: Instance.optional(),
      /** Of a client that waits for offers of those who come later, and so says `joiner`. */
      firstOffer: FirstOffer.optional(),
      /** Capacity of the room if this command is what makes it; ignored otherwise. */
      capacity: z.int().min(limits.roomCapacityMin).max(limits.roomCapacity).optional(),
      /** Of the room if this command is what makes it, `replace` by default; ignored otherwise. */
      duplicates: DuplicatePolicy.optional(),
      /**
       * The client comes back by itself, and was in the room under this peer id. It may take the
       * place of what is left of that, but not of a session with which its user has come since.
       */
      rejoin: PeerId.optional(),
    }),
    result: z.strictObject({ peerId: PeerId, room: RoomSnapshot }),
  },
  /** Leaves a room. Not being in it is no error. */
  'room:leave': {
    input: z.strictObject({ roomId: RoomId }),
    result: z.strictObject(mayHaveChanged),
  },
  /** Ends a room for everybody. One that has ended is no error. */
  'room:end': {
    input: z.strictObject({ roomId: RoomId }),
    result: z.strictObject({}),
  },
  /** Says what this participant sends now; what is not named stays as it was. */
  'media:update': {
    input: z.strictObject({ roomId: RoomId, media: MediaState.partial() }),
    result: z.strictObject({ media: MediaState, ...changed }),
  },
  /** Goes on under a newer token of the same tenant and user. */
  'auth:refresh': {
    input: z.strictObject({ token: Token }),
    result: z.strictObject({
      /** Epoch milliseconds at which the session ends unless it is prolonged again. */
      expiresAt: z.number().optional(),
    }),
  },
  /**
   * Says who the session is. Where a token has said it, nobody else can be meant; without a token,
   * in an open cluster, nothing vouches for it.
   */
  'session:identify': {
    input: z.strictObject({
      userId: UserId,
      name: DisplayName.optional(),
      role: Role.optional(),
    }),
    result: z.strictObject({ userId: UserId }),
  },
  /** Takes that back: the session is nobody's, and goes on. One that is nobody's is no error. */
  'session:withdraw': {
    input: z.strictObject({}),
    result: z.strictObject({}),
  },
  /** Sends something that the cluster knows nothing of to all others in a room, and keeps nothing. */
  'room:relay': {
    input: z.strictObject({ roomId: RoomId, name: RelayName, data: JsonData }),
    result: z.strictObject({}),
  },
  /** Says something to all in a room; the last messages are kept for those who come later. */
  'chat:send': {
    input: z.strictObject({ roomId: RoomId, messageId: MessageId, text: ChatText }),
    result: z.strictObject({ message: ChatMessage, ...changed }),
  },
  /** What has been said before a message, or up to now; the oldest first. */
  'chat:history': {
    input: z.strictObject({
      roomId: RoomId,
      before: MessageId.optional(),
      limit: z.int().min(1).max(limits.chatMessages).default(limits.chatMessages),
    }),
    result: z.strictObject({ messages: z.array(ChatMessage) }),
  },
  /** Puts an annotation into a room, in the place of one that has the same id. */
  'annotation:put': {
    input: z.strictObject({ roomId: RoomId, id: AnnotationId, data: JsonData }),
    result: z.strictObject({ annotation: Annotation, ...changed }),
  },
  /** Takes an annotation out of a room. That there is none is no error. */
  'annotation:remove': {
    input: z.strictObject({ roomId: RoomId, id: AnnotationId }),
    result: z.strictObject(mayHaveChanged),
  },
  'annotation:list': {
    input: z.strictObject({ roomId: RoomId }),
    result: z.strictObject({ annotations: z.array(Annotation) }),
  },
  /** Says to the others of a room whether one is writing at the moment; nothing is kept. */
  'chat:typing': {
    input: z.strictObject({ roomId: RoomId, isTyping: z.boolean() }),
    result: z.strictObject({}),
  },
  /** Sends a signal to one participant of a room that both are in. */
  signal: {
    input: z.strictObject({
      roomId: RoomId,
      to: PeerId,
      kind: SignalKind,
      /** The session description or ICE candidate of RTCPeerConnection, opaque to the cluster. */
      data: JsonData,
      delivery: Delivery.optional(),
    }),
    result: z.strictObject({}),
  },
  ...presenceCommands,
  ...callCommands,
  ...iceCommands,
} as const satisfies Record<string, { input: z.ZodType; result: z.ZodType }>;

export type CommandName = keyof typeof commands;
/** What a client writes: defaults may be left out. */
export type CommandPayload<K extends CommandName> = z.input<(typeof commands)[K]['input']>;
/** What a handler gets: defaults filled in. */
export type CommandInput<K extends CommandName> = z.output<(typeof commands)[K]['input']>;
export type CommandResult<K extends CommandName> = z.output<(typeof commands)[K]['result']>;
