import { SignalingError } from '@switchboard/protocol';
import type { Handler } from './context.ts';
import { requireMembership } from './own-part.ts';

/** SPEC 12.2. */
export const removeAnnotation: Handler<'annotation:remove'> = async (
  context,
  session,
  { input: { roomId, id }, reply },
) => {
  const { room } = requireMembership(session, roomId);
  const outcome = await context.annotations.remove({ room, binding: session.binding, id });
  switch (outcome.kind) {
    case 'removed':
      return reply({ incarnation: outcome.incarnation, rev: outcome.rev });
    case 'absent':
      return reply({});
    case 'not-member':
      throw new SignalingError('not_in_room');
  }
};
