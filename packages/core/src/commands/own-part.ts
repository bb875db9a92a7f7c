import { type Participant, type RoomId, SignalingError } from '@switchboard/protocol';
import type { RoomRef } from '../ports/room-store.ts';
import { roomKey } from '../room-key.ts';
import type { JoinedMembership, Session } from '../session.ts';
import type { CommandContext } from './context.ts';

/** @throws SignalingError `not_in_room` when a session is not in a room, or not any more. */
export function requireMembership(session: Session, roomId: RoomId): JoinedMembership {
  const room: RoomRef = { tenant: session.principal.tenant, roomId };
  const membership = session.memberships.get(roomKey(room));
  if (membership?.state !== 'joined') throw new SignalingError('not_in_room');
  return membership;
}

/**
 * A session as it is shown in a room that it is in. Right after its join the view may not have got
 * so far: that is waited for.
 *
 * @throws SignalingError `unavailable` when the view does not get there; `not_in_room`.
 */
export async function ownParticipant(
  context: CommandContext,
  session: Session,
  membership: JoinedMembership,
): Promise<Participant> {
  const local = context.localRooms.get(roomKey(membership.room));
  if (!local) throw new SignalingError('not_in_room');
  const isShown = () => local.hasShown(session.peerId, membership);
  const hasCome = isShown() || (await new Promise<boolean>((go) => local.when(isShown, go)));
  if (!hasCome) throw new SignalingError('unavailable');
  const participant = local.member(session.peerId)?.participant;
  if (!participant) throw new SignalingError('not_in_room');
  return participant;
}
