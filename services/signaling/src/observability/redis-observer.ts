import type { RedisObserver } from '@switchboard/state-redis';
import type { Metrics } from './metrics/metrics.ts';

/** Turns what is measured of Redis into metrics. */
export const createRedisObserver = ({ state }: Metrics): RedisObserver => ({
  commandAnswered: (command, afterMs) => state.commands[command].observe(afterMs / 1_000),
  commandFailed: (command) => state.commandErrors.inc({ command }),
  busProbed: () => state.busProbes.inc(),
  busAnswered: (afterMs) => state.busLag.observe(afterMs / 1_000),
});
