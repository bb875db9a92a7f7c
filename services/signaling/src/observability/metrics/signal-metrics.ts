import type { SignalPath } from '@switchboard/core';
import { SignalKind } from '@switchboard/protocol';
import { Counter, Gauge, type Registry } from 'prom-client';
import { type Cell, HotCounter, HotHistogram, type HotSeries } from './hot-metrics.ts';

/** Seconds: inside a process it takes microseconds; parked signals wait up to a second. */
const buckets = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

const paths: readonly SignalPath[] = ['local', 'remote'];

/** Signals, on whose way nothing may cost more than a few nanoseconds. */
export class SignalMetrics {
  readonly #routed: Readonly<Record<SignalPath, Readonly<Record<SignalKind, Cell>>>>;
  readonly #latency: Readonly<Record<SignalPath, HotSeries>>;
  readonly parked: Counter;
  readonly heldUp: Counter;
  readonly failed: Counter;

  constructor(registry: Registry) {
    const routed = new HotCounter({
      name: 'switchboard_signals_total',
      help: 'Signals accepted from clients of this node, by where the receiver is.',
      labelNames: ['kind', 'path'],
      registry,
    });
    const latency = new HotHistogram({
      name: 'switchboard_signal_latency_seconds',
      help: 'From the acceptance of a signal to its emission on the node of its receiver, which counts it. Between nodes by the clock of Redis: see switchboard_clock_error_seconds.',
      labelNames: ['path'],
      buckets,
      registry,
    });
    const cells = (path: SignalPath) =>
      tableOf(SignalKind.options, (kind) => routed.cell({ kind, path }));
    this.#routed = tableOf(paths, cells);
    this.#latency = tableOf(paths, (path) => latency.series({ path }));
    const registers = [registry];
    this.parked = new Counter({
      name: 'switchboard_signals_parked_total',
      help: 'Signals that came before the event that introduces their sender, and waited for it.',
      registers,
    });
    this.heldUp = new Counter({
      name: 'switchboard_held_up_total',
      help: 'Signals and relays that waited while their receiver moved from node to node, so that they stay in order.',
      registers,
    });
    this.failed = new Counter({
      name: 'switchboard_signals_failed_total',
      help: 'Accepted signals whose receiver could not be reached.',
      registers,
    });
  }

  routed(kind: SignalKind, path: SignalPath): void {
    this.#routed[path][kind].value += 1;
  }

  /** Two clocks may differ by more than a signal takes. */
  delivered(path: SignalPath, ms: number): void {
    this.#latency[path].observe(Math.max(ms, 0) / 1_000);
  }
}

export function observeClock(registry: Registry, errorMs: () => number): void {
  new Gauge({
    name: 'switchboard_clock_error_seconds',
    help: 'By how much this node may misread the clock of Redis: half of the quickest of its last answers. A signal latency between two nodes is wrong by both their errors at most.',
    registers: [registry],
    collect() {
      this.set(errorMs() / 1_000);
    },
  });
}

const tableOf = <Key extends string, Value>(keys: readonly Key[], make: (key: Key) => Value) =>
  Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<Key, Value>;
