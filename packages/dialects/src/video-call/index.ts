import type { Dialect } from '../dialect.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { routes } from './routes.ts';

export const videoCall: Dialect = {
  name: 'video-call',
  graceMs: 5_000,
  firstOffer: 'present',
  healthy: 'OK',
  decode,
  encode,
  refuse: (link, { error }) => link.emit('error', { message: error.message }),
  routes,
  refusal: ({ message }) => ({ message }),
  says: ['join', 'leave', 'signal', 'microphone', 'camera', 'screen share', 'end call'],
  hears: ['join', 'leave', 'signal', 'microphone', 'camera', 'screen share', 'end call'],
  meetsIn: 'appointments',
};
