import type { ErrorCode } from '@switchboard/protocol';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What waits for clients, over all connections of this node. */
export interface OutboundQueues {
  readonly messages: number;
  /** In the longest of them. */
  readonly longest: number;
}

/** How connections end, in this node's words. */
export const disconnectReasons = [
  'goodbye',
  'session_ended',
  'ping_timeout',
  'transport_lost',
  'closed_by_node',
  'other',
] as const;
export type DisconnectReason = (typeof disconnectReasons)[number];

/** What a handshake can be refused for; a counter has them from the beginning. */
const handshakeRefusals: readonly ErrorCode[] = [
  'unauthenticated',
  'token_expired',
  'session_forbidden',
  'session_replaced',
  'too_many_connections',
  'rate_limited',
  'internal',
];

export function clientMetrics(registry: Registry) {
  const registers = [registry];
  const disconnects = new Counter<'reason'>({
    name: 'switchboard_disconnects_total',
    help: 'Connections that ended, by what ended them.',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of disconnectReasons) disconnects.inc({ reason }, 0);
  const refused = new Counter<'code'>({
    name: 'switchboard_connections_refused_total',
    help: 'Handshakes that were refused, by the code of the refusal.',
    labelNames: ['code'],
    registers,
  });
  for (const code of handshakeRefusals) refused.inc({ code }, 0);
  return {
    disconnects,
    refused,
    connections: new Gauge({
      name: 'switchboard_connections',
      help: 'Clients connected to this node.',
      registers,
    }),
    slow: new Counter({
      name: 'switchboard_slow_clients_total',
      help: 'Connections closed because the client did not read what was sent to it.',
      registers,
    }),
    shed: new Counter({
      name: 'switchboard_connections_shed_total',
      help: 'Connections closed because this node had more of them than the others.',
      registers,
    }),
  };
}

/** What is counted elsewhere already, and only looked up when somebody asks. */
export function observeQueues(registry: Registry, queues: () => OutboundQueues): void {
  new Gauge({
    name: 'switchboard_outbound_queue_messages',
    help: 'Messages that wait to be sent to clients of this node.',
    registers: [registry],
    collect() {
      this.set(queues().messages);
    },
  });
  new Gauge({
    name: 'switchboard_outbound_queue_longest_messages',
    help: 'Messages that wait for the client for whom most do; at OUTBOUND_MESSAGES it is cut off.',
    registers: [registry],
    collect() {
      this.set(queues().longest);
    },
  });
}
