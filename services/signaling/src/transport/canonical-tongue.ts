import { namespace } from '@switchboard/protocol';
import { emitTo } from './emit-to.ts';
import { type ReceiveContext, receive } from './receive.ts';
import type { Tongue } from './tongue.ts';

/** The canonical protocol: what the core says goes out as it is. */
export const canonicalTongue = (context: Omit<ReceiveContext, 'socket' | 'session'>): Tongue => ({
  name: namespace.slice(1),
  graceMs: 20_000,
  duplicates: 'replace',
  begin: (socket, session) => {
    const each = { ...context, socket, session };
    return {
      receive: (name, args) => receive(each, name, args),
      tell: ([name, payload]) => emitTo(socket, name, payload),
    };
  },
});
