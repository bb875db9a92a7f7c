import type { Dialect } from '../dialect.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { health, routes } from './routes.ts';

export const roomServer: Dialect = {
  name: 'room-server',
  graceMs: 5_000,
  firstOffer: 'present',
  healthy: 'healthy',
  decode,
  encode,
  refuse: (link, { error }) => link.emit('error', { message: error.message }),
  routes,
  health,
  refusal: ({ message }) => ({ error: message }),
  says: ['join', 'leave', 'signal', 'chat', 'typing'],
  hears: ['join', 'leave', 'signal', 'chat', 'typing'],
  meetsIn: 'any room',
};
