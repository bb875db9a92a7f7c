import type { Member, RoomChange, RoomEvent, RoomRef } from '@switchboard/core';
import type { Incarnation, LeaveReason, Participant, PeerId } from '@switchboard/protocol';
import { parseMedia } from './media-flags.ts';

/** A change as the caller of a script knows it; the script adds what only it knows. */
export type PreparedChange =
  | {
      readonly type: 'joined';
      readonly member: Omit<Member, 'participant'> & {
        readonly participant: Omit<Participant, 'seat' | 'media'>;
      };
    }
  | { readonly type: 'left'; readonly peerId: PeerId; readonly reason: LeaveReason }
  | { readonly type: 'updated'; readonly peerId: PeerId };

interface PreparedEvent {
  readonly room: RoomRef;
  readonly change: PreparedChange;
}

/** What a script publishes; see `publish` in prelude.lua. */
export interface PublishedEvent {
  readonly rev: number;
  readonly incarnation: Incarnation;
  readonly media: string;
  readonly event: PreparedEvent;
}

/** Prepared here, and not in Lua, whose JSON turns an empty list into an object. */
export const prepareEvent = (event: PreparedEvent): string => JSON.stringify(event);

/** A change as nodes know it. */
export function parseRoomEvent({ rev, incarnation, media, event }: PublishedEvent): RoomEvent {
  const change = complete(event.change, rev, media);
  return { room: event.room, incarnation, rev, change };
}

function complete(change: PreparedChange, rev: number, media: string): RoomChange {
  switch (change.type) {
    case 'joined': {
      // The script gives the seat, and it gives the revision of the join.
      const participant = { ...change.member.participant, media: parseMedia(media), seat: rev };
      return { type: 'joined', member: { ...change.member, participant } };
    }
    case 'left':
      return change;
    case 'updated':
      return { ...change, media: parseMedia(media) };
  }
}
