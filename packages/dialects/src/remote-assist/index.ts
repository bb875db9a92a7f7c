import type { Dialect } from '../dialect.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { routes } from './routes.ts';
import { watchAll } from './users.ts';

export const remoteAssist: Dialect = {
  name: 'remote-assist',
  graceMs: 2_000,
  firstOffer: 'present',
  healthy: 'healthy',
  begin: watchAll,
  decode,
  encode,
  refuse: (link, { error }) => link.emit('error', { message: error.message }),
  routes,
  health: ({ node }) => ({
    timestamp: new Date().toISOString(),
    uptime: (Date.now() - node.startedAt) / 1_000,
  }),
  refusal: ({ message }) => ({ message }),
  says: ['join', 'leave', 'signal', 'annotation', 'end call'],
  hears: ['join', 'leave', 'signal', 'annotation', 'end call'],
  meetsIn: 'any room',
};
