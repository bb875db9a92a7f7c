import type { Dialect } from '../dialect.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { routes } from './routes.ts';

export const carepulse: Dialect = {
  name: 'carepulse',
  graceMs: 5_000,
  firstOffer: 'present',
  healthy: 'OK',
  decode,
  encode,
  refuse: (link, { error }) => link.emit('error', { message: error.message }),
  routes,
  refusal: ({ message }) => ({ message }),
  says: ['join', 'leave', 'signal'],
  hears: ['join', 'leave', 'signal'],
  meetsIn: 'any room',
};
