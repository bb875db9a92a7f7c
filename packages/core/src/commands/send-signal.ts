import type { Handler } from './context.ts';

/** SPEC 3.4. The one command that is sent all the time: nothing here waits or allocates twice. */
export const sendSignal: Handler<'signal'> = (context, session, { input, reply }) => {
  context.signals.send(session, input);
  reply({});
};
