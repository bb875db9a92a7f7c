import { Counter, type Registry } from 'prom-client';

const kinds = ['relayed', 'typing'] as const;

/** What clients send to all others of a room, and the cluster does not keep. */
export function relayMetrics(registry: Registry) {
  const registers = [registry];
  const accepted = new Counter({
    name: 'switchboard_relays_total',
    help: 'Messages accepted from clients of this node for all others of a room.',
    labelNames: ['what'],
    registers,
  });
  for (const what of kinds) accepted.inc({ what }, 0);
  const failed = new Counter({
    name: 'switchboard_relays_failed_total',
    help: 'Receivers of such messages who could not be reached although they were in the room.',
    registers,
  });
  return { accepted, failed };
}
