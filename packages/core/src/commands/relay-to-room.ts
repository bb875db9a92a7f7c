import type { Handler } from './context.ts';

/** SPEC 11.1. */
export const relayToRoom: Handler<'room:relay'> = (context, session, { input, reply }) => {
  const { roomId, name, data } = input;
  context.relays.send(session, roomId, { type: 'relayed', name, data });
  reply({});
};
