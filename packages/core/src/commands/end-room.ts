import { SignalingError } from '@switchboard/protocol';
import { hasRight } from '../authorize.ts';
import type { EndAsker } from '../ports/room-records.ts';
import type { RoomRef } from '../ports/room-store.ts';
import type { Session } from '../session.ts';
import type { Handler } from './context.ts';

/** SPEC 10.6. */
export const endRoom: Handler<'room:end'> = async (context, session, { input, reply }) => {
  const room: RoomRef = { tenant: session.principal.tenant, roomId: input.roomId };
  const asker = askerOf(session);
  const outcome = await context.records.end({ room, asker });
  if (outcome.kind === 'absent') throw new SignalingError('room_not_found');
  if (outcome.kind === 'refused') {
    throw new SignalingError(asker?.asMember ? 'not_in_room' : 'forbidden');
  }
  reply({});
};

/** On what grounds a session may end a room; which of them hold is for the room to say. */
function askerOf({ principal, peerId }: Session): EndAsker | null {
  if (hasRight(principal, 'admin')) return null;
  return {
    peerId,
    asMember: principal.kind === 'open' || hasRight(principal, 'moderate'),
    asEntitled: principal.kind === 'user' ? principal.userId : null,
  };
}
