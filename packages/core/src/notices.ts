import type { Notice } from './ports/delivery.ts';
import type { RoomEvent } from './ports/room-store.ts';

/** What the participants of a room are told of a change. */
export function noticeOf({ room, incarnation, rev, change }: RoomEvent): Notice {
  const at = { roomId: room.roomId, incarnation, rev };
  switch (change.type) {
    case 'joined':
      return { type: 'participant-joined', ...at, participant: change.member.participant };
    case 'left':
      return { type: 'participant-left', ...at, peerId: change.peerId, reason: change.reason };
    case 'updated':
      return { type: 'participant-updated', ...at, peerId: change.peerId, media: change.media };
  }
}
