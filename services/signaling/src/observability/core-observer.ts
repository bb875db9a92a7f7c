import type { Observer } from '@switchboard/core';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** Turns what the core reports into metrics and log lines. */
export const createCoreObserver = (metrics: Metrics, logger: Logger): Observer => ({
  signalRouted: (kind, path) => metrics.signalRouted(kind, path),
  signalParked: () => metrics.signalsParked.inc(),
  signalFailed: () => metrics.signalsFailed.inc(),
  viewResynced: () => metrics.viewResyncs.inc(),
  fault: (message, cause) => logger.warn({ err: cause }, message),
});
