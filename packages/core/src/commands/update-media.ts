import { SignalingError } from '@switchboard/protocol';
import type { RoomRef } from '../ports/room-store.ts';
import { roomKey } from '../room-key.ts';
import type { Handler } from './context.ts';

/** SPEC 3.3. */
export const updateMedia: Handler<'media:update'> = async (context, session, { input, reply }) => {
  const room: RoomRef = { tenant: session.principal.tenant, roomId: input.roomId };
  if (session.memberships.get(roomKey(room))?.state !== 'joined') {
    throw new SignalingError('not_in_room');
  }
  const outcome = await context.rooms.update({
    room,
    binding: session.binding,
    media: input.media,
  });
  if (outcome.kind === 'not-member') throw new SignalingError('not_in_room');
  reply({ media: outcome.media });
};
