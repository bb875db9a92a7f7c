import type { Dialect } from '../dialect.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { health, routes } from './routes.ts';

export const healthconnect: Dialect = {
  name: 'healthconnect',
  graceMs: 5_000,
  firstOffer: 'joiner',
  healthy: 'OK',
  decode,
  encode,
  refuse: (link, { error }) => link.emit('error', { message: error.message }),
  routes,
  health,
  refusal: ({ message }) => ({ success: false, message }),
  says: ['join', 'leave', 'signal', 'microphone', 'camera', 'screen share', 'chat', 'end call'],
  hears: ['join', 'leave', 'signal', 'microphone', 'camera', 'screen share', 'chat', 'end call'],
  meetsIn: 'any room',
};
