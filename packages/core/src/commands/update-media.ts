import { SignalingError } from '@switchboard/protocol';
import { onlyAsEntitled } from '../authorize.ts';
import type { Handler } from './context.ts';
import { requireMembership } from './own-part.ts';

/** SPEC 3.3. */
export const updateMedia: Handler<'media:update'> = async (context, session, { input, reply }) => {
  const { room } = requireMembership(session, input.roomId);
  const outcome = await context.rooms.update({
    room,
    binding: session.binding,
    media: input.media,
    onlyAsEntitled: onlyAsEntitled(session.principal),
  });
  if (outcome.kind === 'not-member') throw new SignalingError('not_in_room');
  if (outcome.kind === 'screen-refused') throw screenRefused();
  const { media, incarnation, rev } = outcome;
  reply({ media, incarnation, rev });
};

/** The refusal of the room, and not of the token. */
export const screenRefused = (): SignalingError =>
  new SignalingError('forbidden', { message: 'This room does not let you share a screen.' });
