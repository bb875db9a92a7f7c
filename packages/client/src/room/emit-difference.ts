import type { Emitter } from '../emitter.ts';
import type { RoomEvents } from './room.ts';
import type { RoomDifference } from './room-state.ts';

/** Tells a room's users of one difference. */
export function emitDifference(events: Emitter<RoomEvents>, difference: RoomDifference): void {
  const { participant } = difference;
  switch (difference.type) {
    case 'joined':
      events.emit('participantJoined', { participant });
      return;
    case 'left':
      events.emit('participantLeft', { participant, reason: difference.reason });
      return;
    case 'updated':
      events.emit('participantUpdated', { participant, previous: difference.previous });
  }
}
