import type { CallProgress } from '@switchboard/core';
import { Counter, Histogram, type Registry } from 'prom-client';

const stages: readonly CallProgress[] = [
  'ringing',
  'accepted',
  'rejected',
  'cancelled',
  'missed',
  'busy',
  'ended',
];

const setupBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60];
const answerBuckets = [1, 2, 3, 5, 8, 13, 20, 30, 45, 60];

export function callMetrics(registry: Registry) {
  const registers = [registry];
  const changes = new Counter<'progress'>({
    name: 'switchboard_calls_total',
    help: 'Calls that have come so far: `ringing` counts all that were begun, the others what became of them.',
    labelNames: ['progress'],
    registers,
  });
  for (const progress of stages) changes.inc({ progress }, 0);
  return {
    changes,
    setup: new Histogram({
      name: 'switchboard_call_setup_seconds',
      help: 'From the later of two participants coming into a room to the first answer between them, clients included.',
      buckets: setupBuckets,
      registers,
    }),
    answer: new Histogram({
      name: 'switchboard_call_answer_seconds',
      help: 'From the beginning of a call to its acceptance, people included.',
      buckets: answerBuckets,
      registers,
    }),
  };
}
