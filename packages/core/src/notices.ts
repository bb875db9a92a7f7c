import type { Notice } from './ports/delivery.ts';
import type { RoomEvent } from './ports/room-store.ts';

/**
 * What the participants of a room are told of a change.
 *
 * @param isKnown whether whom it is about was in the room already: somebody who is registered
 * again after a loss has, for the others, never been away.
 */
export function noticeOf({ room, incarnation, rev, change }: RoomEvent, isKnown: boolean): Notice {
  const at = { roomId: room.roomId, incarnation, rev };
  switch (change.type) {
    case 'joined':
      if (isKnown) {
        const { peerId } = change.member.participant;
        return { type: 'participant-reconnected', ...at, peerId };
      }
      return { type: 'participant-joined', ...at, participant: change.member.participant };
    case 'left':
      return { type: 'participant-left', ...at, peerId: change.peerId, reason: change.reason };
    case 'updated':
      return {
        ...at,
        type: 'participant-updated',
        peerId: change.peerId,
        media: change.media,
        ...(change.named && { named: change.named }),
        ...(change.instance !== undefined && { instance: change.instance }),
      };
    case 'detached':
      return { type: 'participant-reconnecting', ...at, peerId: change.peerId };
    case 'message-sent':
      return { type: 'message-sent', ...at, message: change.message };
    case 'annotation-put':
      return { type: 'annotation-changed', ...at, annotation: change.annotation };
    case 'annotation-removed':
      return { type: 'annotation-removed', ...at, id: change.id };
    case 'rebound':
      return { type: 'participant-reconnected', ...at, peerId: change.peerId };
    case 'started':
      return { type: 'room-started', ...at, startedAt: change.startedAt };
    case 'ended':
      return { type: 'room-ended', ...at, ...(change.by !== null && { by: change.by }) };
  }
}
