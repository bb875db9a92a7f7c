import type { Idle } from '../measure/measure-idle.ts';
import type { Round } from '../measure/measure-round.ts';
import { spreadOf } from '../measure/statistics.ts';
import { aims, cpuOf, ratiosByRun } from './aims.ts';

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Median, with the least and the most. */
export function spread(values: readonly number[], digits: number): string {
  const { median, min, max } = spreadOf(values);
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

const median = (values: readonly number[], digits: number): string =>
  spreadOf(values).median.toFixed(digits);

/** One row a target, medians over the rounds. */
const eachTarget = (
  rounds: readonly Round[],
  columns: Readonly<Record<string, (own: readonly Round[]) => string>>,
): string => {
  const names = [...new Set(rounds.map(({ target }) => target))];
  return table(
    ['target', ...Object.keys(columns)],
    names.map((name) => {
      const own = rounds.filter(({ target }) => target === name);
      return [name, ...Object.values(columns).map((column) => column(own))];
    }),
  );
};

export const steadyTable = (rounds: readonly Round[]): string =>
  eachTarget(rounds, {
    'CPU µs/signal': (own) =>
      spread(
        own.map((round) => cpuOf(round, 'steady')),
        1,
      ),
    'of which Redis': (own) =>
      median(
        own.map(({ steady }) => steady.redisUs),
        1,
      ),
    'Redis commands/signal': (own) =>
      median(
        own.map(({ steady }) => steady.redisCommands),
        2,
      ),
    'messages received/signal': (own) =>
      median(
        own.map(({ received }) => received),
        2,
      ),
    'the same/node': (own) =>
      median(
        own.map(({ received, nodes }) => received / nodes),
        2,
      ),
    'p50 ms': (own) =>
      spread(
        own.map(({ steady }) => steady.latencyMs.p50),
        2,
      ),
    'p99 ms': (own) =>
      spread(
        own.map(({ steady }) => steady.latencyMs.p99),
        1,
      ),
    'p99.9 ms': (own) =>
      spread(
        own.map(({ steady }) => steady.latencyMs.p999),
        1,
      ),
  });

export const fullTable = (rounds: readonly Round[]): string =>
  eachTarget(rounds, {
    'CPU µs/signal': (own) =>
      spread(
        own.map((round) => cpuOf(round, 'full')),
        1,
      ),
    'of which Redis': (own) =>
      median(
        own.map(({ full }) => full.redisUs),
        1,
      ),
    'Redis commands/signal': (own) =>
      median(
        own.map(({ full }) => full.redisCommands),
        2,
      ),
    'signals/s': (own) =>
      spread(
        own.map(({ full }) => full.received / full.seconds),
        0,
      ),
    lost: (own) => `${own.reduce((sum, { full }) => sum + full.sent - full.received, 0)}`,
  });

export const changeTable = (rounds: readonly Round[]): string =>
  eachTarget(rounds, {
    'CPU µs/connect': (own) =>
      spread(
        own.map(({ connect }) => connect.nodesUs),
        0,
      ),
    'of Redis': (own) =>
      median(
        own.map(({ connect }) => connect.redisUs),
        0,
      ),
    'CPU µs/join': (own) =>
      spread(
        own.map(({ join }) => join.nodesUs),
        0,
      ),
    'of Redis, join': (own) =>
      median(
        own.map(({ join }) => join.redisUs),
        0,
      ),
    'Redis commands/join': (own) =>
      median(
        own.map(({ join }) => join.redisCommands),
        1,
      ),
  });

/** Each aim, with the ratio in every run. */
export const ratioTable = (rounds: readonly Round[]): string =>
  table(
    ['ratio', 'aim', 'at the fixed rate, in each run', 'with all under way'],
    aims.flatMap(({ of, against, most }) => {
      const ratios = (phase: 'steady' | 'full') =>
        ratiosByRun(rounds, { of, against, phase })
          .map((ratio) => ratio.toFixed(2))
          .join(', ');
      if (ratios('steady') === '') return [];
      return [[`${of} / ${against}`, `≤ ${most}`, ratios('steady'), ratios('full')]];
    }),
  );

export const idleTable = (idle: readonly Idle[]): string =>
  table(
    ['target', 'idle connections', 'resident KB each', 'CPU µs/s each'],
    idle.map(({ target, connections, bytes, usPerSecond }) => [
      ...[target, `${connections}`],
      ...[(bytes / 1_024).toFixed(1), usPerSecond.toFixed(1)],
    ]),
  );
