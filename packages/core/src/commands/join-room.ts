import { type CommandInput, Incarnation, SignalingError } from '@switchboard/protocol';
import type { LocalRoom } from '../local-room.ts';
import type { JoinOutcome, RoomRef } from '../ports/room-store.ts';
import { randomId } from '../random-id.ts';
import { roomKey } from '../room-key.ts';
import type { Session } from '../session.ts';
import type { CommandContext, Handler } from './context.ts';

/** SPEC 3.1. */
export const joinRoom: Handler<'room:join'> = (context, session, { input, reply }) => {
  const room: RoomRef = { tenant: session.principal.tenant, roomId: input.roomId };
  const key = roomKey(room);
  return session.inTurn(key, async () => {
    if (session.memberships.get(key)?.state === 'joined') {
      const view = context.localRooms.get(key)?.view;
      if (view) return reply({ peerId: session.peerId, room: view.snapshot() });
    }
    refuseIfNowhere(context, session, room);
    const local = context.localRooms.expect(room);
    const outcome = await ask(context, session, { room, local, input });
    switch (outcome.kind) {
      case 'joined':
      case 'already': {
        const { incarnation, rev } = outcome.state;
        session.memberships.set(key, { state: 'joined', room, incarnation, rev });
        const snapshot = local.admit(session.peerId, outcome.state);
        reply({ peerId: session.peerId, room: snapshot });
        local.settle();
        return;
      }
      case 'full':
      case 'fenced':
        session.memberships.delete(key);
        context.localRooms.abandon(local);
        throw new SignalingError(outcome.kind === 'full' ? 'room_full' : 'session_replaced');
    }
  });
};

function refuseIfNowhere(context: CommandContext, session: Session, room: RoomRef): void {
  // A join that was queued behind others may come up after its client has gone.
  if (session.isClosed) throw new SignalingError('session_replaced');
  const { maxRoomsPerSession } = context.settings;
  if (session.memberships.size >= maxRoomsPerSession && !session.memberships.has(roomKey(room))) {
    throw new SignalingError('too_many_rooms', {
      message: `A session may be in ${maxRoomsPerSession} rooms at once.`,
    });
  }
}

/** Asks the store; a join whose answer did not come may have happened, and is then undone. */
async function ask(
  context: CommandContext,
  session: Session,
  { room, local, input }: { room: RoomRef; local: LocalRoom; input: CommandInput<'room:join'> },
): Promise<JoinOutcome> {
  session.memberships.set(roomKey(room), { state: 'joining', room });
  try {
    return await context.rooms.join({
      room,
      binding: session.binding,
      participant: {
        peerId: session.peerId,
        ...(input.name !== undefined && { name: input.name }),
        media: input.media,
        joinedAt: Date.now(),
      },
      ifCreated: {
        incarnation: Incarnation.parse(randomId()),
        capacity: input.capacity ?? context.settings.defaultRoomCapacity,
      },
    });
  } catch (error) {
    context.localRooms.abandon(local);
    context.departures.pursue(session, room, 'left');
    throw error;
  }
}
