import type { Handler } from './context.ts';

/** SPEC 11.2. */
export const showTyping: Handler<'chat:typing'> = (context, session, { input, reply }) => {
  const { roomId, isTyping } = input;
  context.relays.send(session, roomId, { type: 'typing', isTyping });
  reply({});
};
