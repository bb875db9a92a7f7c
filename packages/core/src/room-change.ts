import type { PeerId } from '@switchboard/protocol';
import type { RoomChange } from './ports/room-store.ts';

/** Whom a change is about or, where it is about nobody, who has made it: they know of it already. */
export const subjectOf = (change: RoomChange): PeerId => {
  switch (change.type) {
    case 'joined':
      return change.member.participant.peerId;
    case 'message-sent':
      return change.message.from;
    case 'annotation-put':
      return change.annotation.by;
    default:
      return change.peerId;
  }
};
