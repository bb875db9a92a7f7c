import type { Observer } from '@switchboard/core';
import type { Turns } from '../turns.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics/metrics.ts';

/** Turns what the core reports into metrics and log lines; and has signals gather. */
export const createCoreObserver = (
  { signals, relays, sessions, calls, state }: Metrics,
  logger: Logger,
  turns: Turns,
): Observer => ({
  signalRouted: (kind, path) => {
    signals.routed(kind, path);
    turns.noteSignal();
  },
  signalDelivered: (path, afterMs) => {
    signals.delivered(path, afterMs);
    turns.noteSignal();
  },
  signalParked: () => signals.parked.inc(),
  heldUp: () => signals.heldUp.inc(),
  signalFailed: () => signals.failed.inc(),
  relayRouted: (what) => relays.accepted.inc({ what }),
  relayFailed: (receivers) => relays.failed.inc(receivers),
  callNegotiated: (afterMs) => calls.setup.observe(afterMs / 1_000),
  callChanged: (progress, afterMs) => {
    calls.changes.inc({ progress });
    if (progress === 'accepted') calls.answer.observe(afterMs / 1_000);
  },
  sessionEnded: (how) => sessions.ended.inc({ how }),
  sessionOverdue: (byMs) => sessions.overdue.observe(byMs / 1_000),
  nodeBuried: () => {
    sessions.buried.inc();
    logger.info('another node is gone: its sessions wait to be resumed');
  },
  viewResynced: () => state.viewResyncs.inc(),
  fault: (message, cause) => {
    sessions.faults.inc();
    logger.warn({ err: cause }, message);
  },
});
