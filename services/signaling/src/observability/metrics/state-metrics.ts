import type { CommandKind } from '@switchboard/state-redis';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { HotHistogram, type HotSeries } from './hot-metrics.ts';

const buckets = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export function stateMetrics(registry: Registry) {
  const registers = [registry];
  const commands = new HotHistogram({
    name: 'switchboard_redis_command_duration_seconds',
    help: 'From a command to the answer of Redis; those without an answer are counted as errors alone.',
    labelNames: ['command'],
    buckets,
    registry,
  });
  const commandErrors = new Counter<'command'>({
    name: 'switchboard_redis_command_errors_total',
    help: 'Commands that Redis refused, or did not answer in time.',
    labelNames: ['command'],
    registers,
  });
  const commandsOf = {
    script: commands.series({ command: 'script' }),
    publish: commands.series({ command: 'publish' }),
    other: commands.series({ command: 'other' }),
  } satisfies Record<CommandKind, HotSeries>;
  for (const command of Object.keys(commandsOf)) {
    commandErrors.inc({ command }, 0);
  }
  return {
    commands: commandsOf,
    commandErrors,
    errors: new Counter({
      name: 'switchboard_state_errors_total',
      help: 'Lost connections to the shared state, and the like.',
      registers,
    }),
    busLag: new Histogram({
      name: 'switchboard_bus_lag_seconds',
      help: 'From a message that a node publishes to itself every second to its arrival.',
      buckets,
      registers,
    }),
    busProbes: new Counter({
      name: 'switchboard_bus_probes_total',
      help: 'Messages published to measure the bus; those that arrive are counted by switchboard_bus_lag_seconds.',
      registers,
    }),
    viewResyncs: new Counter({
      name: 'switchboard_view_resyncs_total',
      help: 'Rooms read anew because this node had missed a change.',
      registers,
    }),
  };
}

/** How a node stands, looked up when somebody asks. */
export function observeHealth(
  registry: Registry,
  health: { readonly isReady: () => boolean; readonly isStateAvailable: () => boolean },
): void {
  const flag = (name: string, help: string, holds: () => boolean) =>
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(Number(holds()));
      },
    });
  flag(
    'switchboard_ready',
    '1 while new clients should come here: what /readyz says.',
    health.isReady,
  );
  flag(
    'switchboard_state_available',
    '1 while Redis answers and the subscription is live.',
    health.isStateAvailable,
  );
}
