import type { PeerId } from '@switchboard/protocol';
import type { RoomChange } from './ports/room-store.ts';

/**
 * Whom a change is about or, where it is about nobody, who has made it: they know of it already.
 * Null of one that everybody is to be told of.
 */
export const subjectOf = (change: RoomChange): PeerId | null => {
  switch (change.type) {
    case 'joined':
      return change.member.participant.peerId;
    case 'message-sent':
      return change.message.from;
    case 'annotation-put':
      return change.annotation.by;
    case 'started':
    case 'ended':
      return null;
    default:
      return change.peerId;
  }
};
