import type { Census } from '@switchboard/core';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { callMetrics } from './call-metrics.ts';
import { clientMetrics, type OutboundQueues, observeQueues } from './client-metrics.ts';
import { CommandMetrics } from './command-metrics.ts';
import { LimitMetrics } from './limit-metrics.ts';
import { relayMetrics } from './relay-metrics.ts';
import { observeCensus, sessionMetrics } from './session-metrics.ts';
import { observeClock, SignalMetrics } from './signal-metrics.ts';
import { observeHealth, stateMetrics } from './state-metrics.ts';

/**
 * Milliseconds between looks at the event loop, each of which wakes the process: at the default of
 * 10, that was half of what an idle node did. What is measured is longer than the delay by this.
 */
const eventLoopMonitoringPrecision = 50;

/** Where a node looks up what is counted elsewhere already. */
export interface MetricSources {
  readonly census: () => Census;
  readonly queues: () => OutboundQueues;
  readonly clockErrorMs: () => number;
  readonly isReady: () => boolean;
  readonly isStateAvailable: () => boolean;
}

/** Everything a node measures. Labels are from closed lists: never an id, never a name. */
export class Metrics {
  readonly registry = new Registry();
  readonly clients = clientMetrics(this.registry);
  readonly commands = new CommandMetrics(this.registry);
  readonly signals = new SignalMetrics(this.registry);
  readonly limits = new LimitMetrics(this.registry);
  readonly relays = relayMetrics(this.registry);
  readonly sessions = sessionMetrics(this.registry);
  readonly calls = callMetrics(this.registry);
  readonly state = stateMetrics(this.registry);

  constructor() {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision });
  }

  /** To be called once. */
  observe({ census, queues, clockErrorMs, ...health }: MetricSources): void {
    observeCensus(this.registry, oncePerScrape(census));
    observeQueues(this.registry, oncePerScrape(queues));
    observeClock(this.registry, clockErrorMs);
    observeHealth(this.registry, health);
  }
}

/** All metrics of one answer are collected within one tick, and counting takes a moment. */
function oncePerScrape<T>(read: () => T): () => T {
  let last: { readonly value: T } | undefined;
  return () => {
    if (!last) {
      last = { value: read() };
      setImmediate(() => {
        last = undefined;
      });
    }
    return last.value;
  };
}
