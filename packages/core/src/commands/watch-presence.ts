import type { Handler } from './context.ts';

/** SPEC 13.2. */
export const watchPresence: Handler<'presence:watch'> = async (
  { watching },
  session,
  { input, reply },
) => {
  reply({ users: await watching.watch(session, input.userIds) });
};
