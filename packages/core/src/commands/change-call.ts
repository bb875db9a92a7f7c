import type { CallAction } from '../ports/call-store.ts';
import { attachedUser } from './attached-user.ts';
import type { Handler } from './context.ts';

/** SPEC 14.3. */
const changeCall =
  (
    action: Exclude<CallAction, 'drop'>,
  ): Handler<'call:accept' | 'call:reject' | 'call:cancel' | 'call:end'> =>
  async ({ calls }, session, { input, reply }) => {
    const user = attachedUser(session);
    const event = await calls.change(session, user, { callId: input.callId, action });
    reply({ call: event.call });
    await calls.spread(event);
  };

export const acceptCall = changeCall('accept');
export const rejectCall = changeCall('reject');
export const cancelCall = changeCall('cancel');
export const endCall = changeCall('end');
