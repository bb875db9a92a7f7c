import type { Round } from '../measure/measure-target.ts';
import { spreadOf } from '../measure/statistics.ts';

/** What the design says of whom, and against whom: the first over the second at most that. */
export const aims = [
  { of: 'switchboard-memory-unacked', against: 'plain-memory', most: 1 },
  { of: 'switchboard-memory', against: 'plain-memory-acked', most: 1 },
  { of: 'switchboard-4', against: 'plain-classic-4', most: 0.6 },
  { of: 'switchboard-8', against: 'plain-classic-8', most: 0.5 },
] as const;

type Phase = 'steady' | 'full';

const cpuOf = (round: Round, phase: Phase): number => round[phase].nodesUs + round[phase].redisUs;

/** Markdown: one row a target, medians over the rounds with the least and the most. */
export function targetTable(rounds: readonly Round[]): string {
  const names = [...new Set(rounds.map(({ target }) => target))];
  const head =
    '| target | CPU µs/signal, steady | of which Redis | Redis commands/signal | p50 / p99 / p99.9 ms | CPU µs/signal, full | Redis commands/signal, full | signals/s, full | CPU µs/connect and join |\n|---|---|---|---|---|---|---|---|---|';
  const rows = names.map((name) => {
    const own = rounds.filter(({ target }) => target === name);
    const figure = (of: (round: Round) => number, digits = 1) => spread(own.map(of), digits);
    const median = (of: (round: Round) => number, digits = 2) =>
      spreadOf(own.map(of)).median.toFixed(digits);
    const latency = (['p50', 'p99', 'p999'] as const)
      .map((share) => median((round) => round.steady.latencyMs[share]))
      .join(' / ');
    return `| ${[
      name,
      figure((round) => cpuOf(round, 'steady')),
      median((round) => round.steady.redisUs, 1),
      median((round) => round.steady.redisCommands),
      latency,
      figure((round) => cpuOf(round, 'full')),
      median((round) => round.full.redisCommands),
      median((round) => round.full.received / round.full.seconds, 0),
      figure(({ connectUs }) => connectUs, 0),
    ].join(' | ')} |`;
  });
  return [head, ...rows].join('\n');
}

/** Markdown: each aim, with the ratio in every round. */
export function ratioTable(rounds: readonly Round[]): string {
  const head = '| ratio | aim | steady | full |\n|---|---|---|---|';
  const rows = aims.flatMap(({ of, against, most }) => {
    const ratios = (phase: Phase) => {
      const own = rounds.filter(({ target }) => target === of);
      const others = rounds.filter(({ target }) => target === against);
      const pairs = own.slice(0, others.length);
      return pairs.map(
        (round, index) => cpuOf(round, phase) / cpuOf(others[index] as Round, phase),
      );
    };
    if (ratios('steady').length === 0) return [];
    return `| ${of} / ${against} | ≤ ${most} | ${spread(ratios('steady'), 2)} | ${spread(ratios('full'), 2)} |`;
  });
  return [head, ...rows].join('\n');
}

function spread(values: readonly number[], digits: number): string {
  const { median, min, max } = spreadOf(values);
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
