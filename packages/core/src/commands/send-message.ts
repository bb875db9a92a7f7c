import { SignalingError } from '@switchboard/protocol';
import type { Handler } from './context.ts';
import { ownParticipant, requireMembership } from './own-part.ts';

/** SPEC 11.4. */
export const sendMessage: Handler<'chat:send'> = async (context, session, { input, reply }) => {
  const { roomId, messageId: id, text } = input;
  const membership = requireMembership(session, roomId);
  const { peerId: from, userId, name } = await ownParticipant(context, session, membership);
  const outcome = await context.chat.send({
    room: membership.room,
    binding: session.binding,
    message: { id, from, ...(userId && { userId }), ...(name && { name }), text },
  });
  switch (outcome.kind) {
    case 'sent': {
      const { message, incarnation, rev } = outcome;
      return reply({ message, incarnation, rev });
    }
    case 'taken':
      throw new SignalingError('invalid_argument', {
        message: 'Somebody else has sent a message of this id.',
        path: ['messageId'],
      });
    case 'not-member':
      throw new SignalingError('not_in_room');
  }
};
