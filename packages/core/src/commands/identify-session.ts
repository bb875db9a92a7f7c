import { SignalingError } from '@switchboard/protocol';
import { changeIdentity } from './change-identity.ts';
import type { Handler } from './context.ts';

/** SPEC 9.1. */
export const identifySession: Handler<'session:identify'> = async (
  context,
  session,
  { input, reply },
) => {
  const { principal } = session;
  const { userId, name = null, role = null } = input;
  if (principal.kind === 'user' && userId !== principal.userId) {
    throw new SignalingError('identity_mismatch');
  }
  await changeIdentity(context, session, { userId, name, role });
  reply({ userId });
};
