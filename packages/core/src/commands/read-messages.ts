import { SignalingError } from '@switchboard/protocol';
import type { Handler } from './context.ts';
import { requireMembership } from './own-part.ts';

/** SPEC 11.6. */
export const readMessages: Handler<'chat:history'> = async (context, session, { input, reply }) => {
  const { room } = requireMembership(session, input.roomId);
  const { before = null, limit } = input;
  const messages = await context.chat.read({ room, binding: session.binding, before, limit });
  if (!messages) throw new SignalingError('not_in_room');
  reply({ messages: [...messages] });
};
