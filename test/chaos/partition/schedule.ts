import type { FlowDirection, FlowMode } from '@switchboard/testkit';
import type { Random } from '../driver/random.ts';

/** What happens to the connections between one node and Redis. */
export type Fault =
  /** They end, and no new one comes about. */
  | { readonly kind: 'cut' }
  | {
      readonly kind: 'disturb';
      readonly mode: FlowMode;
      readonly direction: FlowDirection;
      /** Of the node's connections, commands or subscription alone, or whatever there is. */
      readonly connections: 'all' | 'commands' | 'subscription';
    };

/** What a client does, whatever state its node is in. */
export type Operation = 'lose transport' | 'roam' | 'goodbye' | 'leave' | 'enter' | 'toggle';

export type Step =
  | { readonly at: number; readonly type: 'fault'; readonly fault: Fault }
  | { readonly at: number; readonly type: 'mend' }
  | { readonly at: number; readonly type: 'operation'; readonly operation: Operation };

const operations: readonly Operation[] = [
  'lose transport',
  'roam',
  'roam',
  'goodbye',
  'leave',
  'enter',
  'toggle',
];

/** Up to longer than a lease (6 s), and far less than lease and grace together (26 s). */
const faultMs = { least: 300, most: 8_000 };
const pauseMs = { least: 200, most: 2_000 };
const betweenOperationsMs = { least: 100, most: 600 };

/**
 * A random schedule: faults, one after another, each mended before the next, and operations all
 * the while. The same random numbers make the same schedule.
 *
 * @returns its steps in order of `at`, in ms from its beginning; the last one is a mend.
 */
export function drawSchedule(random: Random, totalMs: number): readonly Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < totalMs) {
    at += random.between(pauseMs.least, pauseMs.most);
    steps.push({ at, type: 'fault', fault: drawFault(random) });
    at += random.between(faultMs.least, faultMs.most);
    steps.push({ at, type: 'mend' });
  }
  const endsAt = at;
  at = random.between(0, betweenOperationsMs.most);
  while (at < endsAt) {
    steps.push({ at, type: 'operation', operation: random.pick(operations) });
    at += random.between(betweenOperationsMs.least, betweenOperationsMs.most);
  }
  return steps.toSorted((a, b) => a.at - b.at);
}

function drawFault(random: Random): Fault {
  if (random.next() < 0.25) return { kind: 'cut' };
  const modes: readonly FlowMode[] = [
    { kind: 'hold' },
    { kind: 'drop' },
    { kind: 'delay', ms: random.between(50, 3_000) },
  ];
  return {
    kind: 'disturb',
    mode: random.pick(modes),
    direction: random.pick(['both', 'toServer', 'toClient']),
    connections: random.pick(['all', 'all', 'commands', 'subscription']),
  };
}

/** A step as a failed test should show it. */
export function describeStep(step: Step): string {
  const at = `${(step.at / 1_000).toFixed(2)} s`;
  if (step.type === 'mend') return `${at} mend`;
  if (step.type === 'operation') return `${at} ${step.operation}`;
  return `${at} ${JSON.stringify(step.fault)}`;
}
