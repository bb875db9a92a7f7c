import type { RoomRef } from '../ports/room-store.ts';
import { roomKey } from '../room-key.ts';
import type { Handler } from './context.ts';

/** SPEC 3.2. */
export const leaveRoom: Handler<'room:leave'> = (context, session, { input, reply }) => {
  const room: RoomRef = { tenant: session.principal.tenant, roomId: input.roomId };
  return session.inTurn(roomKey(room), async () => {
    const position = await context.memberships.leave(session, room, 'left');
    reply(position ?? {});
    await context.memberships.forget(session, room);
  });
};
