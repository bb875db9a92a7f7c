import { SignalingError } from '@switchboard/protocol';
import type { Handler } from './context.ts';
import { ownParticipant, requireMembership } from './own-part.ts';

/** SPEC 12.1. */
export const putAnnotation: Handler<'annotation:put'> = async (
  context,
  session,
  { input, reply },
) => {
  const { roomId, id, data } = input;
  const membership = requireMembership(session, roomId);
  const { peerId: by, userId } = await ownParticipant(context, session, membership);
  const outcome = await context.annotations.put({
    room: membership.room,
    binding: session.binding,
    annotation: { id, by, ...(userId && { userId }), data },
  });
  switch (outcome.kind) {
    case 'put': {
      const { annotation, incarnation, rev } = outcome;
      return reply({ annotation, incarnation, rev });
    }
    case 'full':
      throw new SignalingError('too_many_annotations');
    case 'not-member':
      throw new SignalingError('not_in_room');
  }
};
