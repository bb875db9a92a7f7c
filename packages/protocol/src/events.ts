import { z } from 'zod';
import { Annotation, AnnotationId } from './annotations.ts';
import { callEvents } from './calls.ts';
import { ChatMessage } from './chat.ts';
import { SignalKind } from './commands.ts';
import { Delivery, Instance } from './delivery.ts';
import type { ErrorBody } from './errors.ts';
import { Incarnation, PeerId, RoomId } from './ids.ts';
import type { JsonValue } from './json.ts';
import { presenceEvents } from './presence.ts';
import { RelayName } from './relay.ts';
import { LeaveReason, MediaKind, MediaState, Participant, RoomSnapshot } from './room.ts';

/** What a client is told without asking. */

/** Every change of a room carries the revision it led to. */
const change = { roomId: RoomId, incarnation: Incarnation, rev: z.int().min(1) };

/** Made by the table in errors.ts, and so not described a second time here. */
const Refusal = z.custom<ErrorBody>();

export const events = {
  /** The first event on a connection. */
  welcome: z.object({
    peerId: PeerId,
    /** Whether this is the session of before: same peer id, same rooms. */
    resumed: z.boolean(),
    /** What this node can do beyond the first version of the protocol, by name. */
    capabilities: z.array(z.string()),
  }),
  'participant:joined': z.object({ ...change, participant: Participant }),
  'participant:left': z.object({ ...change, peerId: PeerId, reason: LeaveReason }),
  /** The connection of a participant is lost; it may come back, and its place is kept. */
  'participant:reconnecting': z.object({ ...change, peerId: PeerId }),
  /** The connection of a participant is back, on whichever node. */
  'participant:reconnected': z.object({ ...change, peerId: PeerId }),
  'participant:updated': z.object({
    ...change,
    peerId: PeerId,
    media: MediaState,
    /** What the participant has spoken of, whether or not it is different now; absent of nothing. */
    named: z.array(MediaKind).readonly().optional(),
    /** Only when the participant's page was loaded anew: what it knew of others is gone. */
    instance: Instance.optional(),
  }),
  /**
   * The room as it is now, sent instead of changes that the node itself had missed. What
   * differs from what the client knew has happened in between.
   */
  'room:state': RoomSnapshot,
  /** The room waits no longer. */
  'room:started': z.object({ ...change, startedAt: z.int() }),
  /** The room has ended, for everybody: whoever was in it is out of it. */
  'room:ended': z.object({
    ...change,
    /** Who ended it; absent when it was a server. */
    by: PeerId.optional(),
  }),
  signal: z.object({
    roomId: RoomId,
    from: PeerId,
    kind: SignalKind,
    data: z.custom<JsonValue>(),
    delivery: Delivery.optional(),
  }),
  /** A signal that had been accepted could not be delivered after all. */
  'signal:failed': z.object({ roomId: RoomId, to: PeerId, kind: SignalKind, error: Refusal }),
  /** What another participant has sent to all others. */
  'room:relayed': z.object({
    roomId: RoomId,
    from: PeerId,
    name: RelayName,
    data: z.custom<JsonValue>(),
  }),
  'chat:message': z.object({ ...change, message: ChatMessage }),
  'annotation:changed': z.object({ ...change, annotation: Annotation }),
  'annotation:removed': z.object({ ...change, id: AnnotationId }),
  'chat:typing': z.object({ roomId: RoomId, from: PeerId, isTyping: z.boolean() }),
  ...presenceEvents,
  ...callEvents,
  /**
   * The node is stopping, and closes this connection in about that time. A client may move
   * before, by itself; its session goes with it.
   */
  'node:draining': z.object({ reconnectInMs: z.int().min(0) }),
  /**
   * The session is not in that room any more, though it did not ask to leave, and is not to come
   * back to it by itself. It goes on in its other rooms.
   */
  'membership:ended': z.object({ roomId: RoomId, error: Refusal }),
  /** The session is over for this connection, which is closed; it is not to be resumed. */
  'session:ended': z.object({ error: Refusal }),
  /** The refusal of a command that was sent without asking for an acknowledgement. */
  error: z.object({ command: z.string(), error: Refusal }),
} as const satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof events;
export type EventPayload<K extends EventName> = z.output<(typeof events)[K]>;
