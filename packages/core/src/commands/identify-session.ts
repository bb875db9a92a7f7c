import { SignalingError } from '@switchboard/protocol';
import type { Handler } from './context.ts';

/** SPEC 9.1. */
export const identifySession: Handler<'session:identify'> = async (
  context,
  session,
  { input, reply },
) => {
  const { principal } = session;
  const { userId, name = null, role = null } = input;
  if (principal.kind === 'user') {
    if (userId !== principal.userId) throw new SignalingError('identity_mismatch');
    return reply({ userId });
  }
  if (!session.isWritten) throw new SignalingError('unavailable');
  const identified = { ...principal, self: { userId, name, role } };
  await context.attachments.move(session, { tenant: principal.tenant, userId }, async () => {
    const profile = session.profileUnder(identified);
    const isCurrent = await context.sessions.describe(session.binding, profile);
    if (!isCurrent) throw new SignalingError('session_replaced');
    session.prolong(identified);
  });
  reply({ userId });
};
