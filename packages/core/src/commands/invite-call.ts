import { SignalingError } from '@switchboard/protocol';
import { attachedUser } from './attached-user.ts';
import type { Handler } from './context.ts';

/** SPEC 14.2. */
export const inviteCall: Handler<'call:invite'> = async ({ calls }, session, { input, reply }) => {
  const user = attachedUser(session);
  if (input.to === user.userId) {
    throw new SignalingError('invalid_argument', {
      message: 'Nobody can call themselves.',
      path: ['to'],
    });
  }
  const event = await calls.invite(session, user, input);
  reply({ call: event.call });
  await calls.spread(event);
};
