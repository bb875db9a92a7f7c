import { SignalingError } from '@switchboard/protocol';
import type { Handler } from './context.ts';
import { requireMembership } from './own-part.ts';

/** SPEC 12.3. */
export const listAnnotations: Handler<'annotation:list'> = async (
  context,
  session,
  { input, reply },
) => {
  const { room } = requireMembership(session, input.roomId);
  const annotations = await context.annotations.list({ room, binding: session.binding });
  if (!annotations) throw new SignalingError('not_in_room');
  reply({ annotations: [...annotations] });
};
