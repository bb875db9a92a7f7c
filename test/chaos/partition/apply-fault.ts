import type { ProxiedConnection, TcpProxy } from '@switchboard/testkit';
import type { Fault } from './schedule.ts';

/** Between two looks for connections that have come about since. */
const everyMs = 20;

const isSubscription = ({ greeting }: ProxiedConnection): boolean => /subscribe/i.test(greeting);

/**
 * Lets a fault happen on a link, to connections that come about later as well. Disposing it does
 * not mend what is there.
 */
export function applyFault(proxy: TcpProxy, fault: Fault): Disposable {
  if (fault.kind === 'cut') {
    proxy.cut();
    return { [Symbol.dispose]: () => undefined };
  }
  const { mode, direction, connections } = fault;
  if (connections === 'all') {
    proxy.set(mode, direction);
    return { [Symbol.dispose]: () => undefined };
  }
  // What a connection is for shows only after it has begun.
  const affected = new Set<ProxiedConnection>();
  const apply = () => {
    for (const connection of proxy.connections) {
      if (affected.has(connection)) continue;
      if (isSubscription(connection) !== (connections === 'subscription')) continue;
      affected.add(connection);
      if (direction !== 'toClient') connection.toServer.set(mode);
      if (direction !== 'toServer') connection.toClient.set(mode);
    }
  };
  apply();
  const timer = setInterval(apply, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
