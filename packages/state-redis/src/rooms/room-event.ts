import type { Member, RoomChange, RoomEvent, RoomRef } from '@switchboard/core';
import type {
  Incarnation,
  LeaveReason,
  MediaKind,
  NodeId,
  Participant,
  PeerId,
} from '@switchboard/protocol';
import { parseFlags } from './member-flags.ts';
import { parseRole } from './member-role.ts';

/** What of a participant a script neither gives nor changes. */
export type StaticParticipant = Omit<Participant, 'seat' | 'media' | 'connected' | 'role'>;

/** A change as the caller of a script knows it; the script adds what only it knows. */
export type PreparedChange =
  | {
      readonly type: 'joined';
      readonly member: Omit<Member, 'participant'> & { readonly participant: StaticParticipant };
    }
  /** Of one whom the script has found by its user, it adds the peer id. */
  | { readonly type: 'left'; readonly peerId?: PeerId; readonly reason: LeaveReason }
  | {
      readonly type: 'updated';
      readonly peerId: PeerId;
      readonly named?: readonly MediaKind[];
      readonly instance?: string;
    }
  | { readonly type: 'detached'; readonly peerId: PeerId }
  | {
      readonly type: 'rebound';
      readonly peerId: PeerId;
      readonly node: NodeId;
      readonly epoch: number;
    }
  /** Of both, it adds when. */
  | { readonly type: 'started' }
  | { readonly type: 'ended'; readonly by: PeerId | null }
  /** A script makes these whole before it publishes them. */
  | Extract<RoomChange, { type: 'message-sent' | 'annotation-put' | 'annotation-removed' }>;

interface PreparedEvent {
  readonly room: RoomRef;
  readonly change: PreparedChange;
}

/** What a script publishes; see `publish` in prelude.lua. */
export interface PublishedEvent {
  readonly rev: number;
  readonly incarnation: Incarnation;
  /** When it happened, in epoch milliseconds. */
  readonly at: number;
  /** These three of a change that is about a member. */
  readonly flags?: string;
  readonly seat?: number;
  readonly role?: string;
  readonly peerId?: PeerId;
  readonly event: PreparedEvent;
}

/** Prepared here, and not in Lua, whose JSON turns an empty list into an object. */
export const prepareEvent = (room: RoomRef, change: PreparedChange): string =>
  JSON.stringify({ room, change } satisfies PreparedEvent);

/**
 * An event up to a field of its change that a script adds, with a value of its own and two braces
 * behind it.
 */
export const prepareEventUpTo = (room: RoomRef, change: object, field: string): string =>
  `${JSON.stringify({ room, change }).slice(0, -2)},"${field}":`;

/** A stored thing up to its time, for a script to go on with that and a brace. */
export const prepareTimed = (rest: object): string => `${JSON.stringify(rest).slice(0, -1)},"at":`;

/** A change as nodes know it. */
export function parseRoomEvent(published: PublishedEvent): RoomEvent {
  const { rev, incarnation, event } = published;
  return { room: event.room, incarnation, rev, change: complete(event.change, published) };
}

function complete(change: PreparedChange, published: PublishedEvent): RoomChange {
  const { at, flags = '', seat = 0, role = '-', peerId } = published;
  switch (change.type) {
    case 'joined': {
      const known = change.member.participant;
      const participant = { ...known, ...parseRole(role), ...parseFlags(flags), seat };
      return { type: 'joined', member: { ...change.member, participant } };
    }
    case 'updated':
      return { ...change, media: parseFlags(flags).media };
    case 'left': {
      const whom = change.peerId ?? peerId;
      if (whom === undefined) throw new Error('somebody left, but nobody said who');
      return { ...change, peerId: whom };
    }
    case 'started':
      return { type: 'started', startedAt: at };
    case 'ended':
      return { ...change, endedAt: at };
    case 'detached':
    case 'rebound':
    case 'message-sent':
    case 'annotation-put':
    case 'annotation-removed':
      return change;
  }
}
