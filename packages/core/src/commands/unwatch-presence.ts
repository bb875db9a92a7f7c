import type { Handler } from './context.ts';

/** SPEC 13.2. */
export const unwatchPresence: Handler<'presence:unwatch'> = (
  { watching },
  session,
  { input, reply },
) => {
  watching.unwatch(session, input.userIds);
  reply({});
};
