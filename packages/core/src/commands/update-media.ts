import { SignalingError } from '@switchboard/protocol';
import type { Handler } from './context.ts';
import { requireMembership } from './own-part.ts';

/** SPEC 3.3. */
export const updateMedia: Handler<'media:update'> = async (context, session, { input, reply }) => {
  const { room } = requireMembership(session, input.roomId);
  const outcome = await context.rooms.update({
    room,
    binding: session.binding,
    media: input.media,
  });
  if (outcome.kind === 'not-member') throw new SignalingError('not_in_room');
  const { media, incarnation, rev } = outcome;
  reply({ media, incarnation, rev });
};
