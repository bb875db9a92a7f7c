import { changeIdentity } from './change-identity.ts';
import type { Handler } from './context.ts';

/** SPEC 9.3. */
export const withdrawSession: Handler<'session:withdraw'> = async (context, session, { reply }) => {
  await changeIdentity(context, session, null);
  reply({});
};
