import type { Member, RoomChange, RoomEvent, RoomRef } from '@switchboard/core';
import type { Incarnation, LeaveReason, NodeId, Participant, PeerId } from '@switchboard/protocol';
import { parseFlags } from './member-flags.ts';

/** What of a participant a script neither gives nor changes. */
export type StaticParticipant = Omit<Participant, 'seat' | 'media' | 'connected'>;

/** A change as the caller of a script knows it; the script adds what only it knows. */
export type PreparedChange =
  | {
      readonly type: 'joined';
      readonly member: Omit<Member, 'participant'> & { readonly participant: StaticParticipant };
    }
  /** Of one whom the script has found by its user, it adds the peer id. */
  | { readonly type: 'left'; readonly peerId?: PeerId; readonly reason: LeaveReason }
  | { readonly type: 'updated'; readonly peerId: PeerId; readonly instance?: string }
  | { readonly type: 'detached'; readonly peerId: PeerId }
  | {
      readonly type: 'rebound';
      readonly peerId: PeerId;
      readonly node: NodeId;
      readonly epoch: number;
    };

interface PreparedEvent {
  readonly room: RoomRef;
  readonly change: PreparedChange;
}

/** What a script publishes; see `publish` in prelude.lua. */
export interface PublishedEvent {
  readonly rev: number;
  readonly incarnation: Incarnation;
  readonly flags: string;
  readonly seat: number;
  readonly peerId?: PeerId;
  readonly event: PreparedEvent;
}

/** Prepared here, and not in Lua, whose JSON turns an empty list into an object. */
export const prepareEvent = (room: RoomRef, change: PreparedChange): string =>
  JSON.stringify({ room, change } satisfies PreparedEvent);

/** A change as nodes know it. */
export function parseRoomEvent(published: PublishedEvent): RoomEvent {
  const { rev, incarnation, event } = published;
  return { room: event.room, incarnation, rev, change: complete(event.change, published) };
}

function complete(change: PreparedChange, { flags, seat, peerId }: PublishedEvent): RoomChange {
  switch (change.type) {
    case 'joined': {
      const participant = { ...change.member.participant, ...parseFlags(flags), seat };
      return { type: 'joined', member: { ...change.member, participant } };
    }
    case 'updated':
      return { ...change, media: parseFlags(flags).media };
    case 'left': {
      const whom = change.peerId ?? peerId;
      if (whom === undefined) throw new Error('somebody left, but nobody said who');
      return { ...change, peerId: whom };
    }
    case 'detached':
    case 'rebound':
      return change;
  }
}
