import type { Round } from '../measure/measure-round.ts';
import { quantile } from '../measure/statistics.ts';

/**
 * What the design says of whom, and against whom: the first over the second at most that. With
 * several nodes once like against like, and once with an answer to every signal, which a plain
 * relay does not give.
 */
export const aims = [
  { of: 'switchboard-memory-unacked', against: 'plain-memory', most: 1 },
  { of: 'switchboard-memory', against: 'plain-memory-acked', most: 1 },
  { of: 'switchboard-4-unacked', against: 'plain-classic-4', most: 0.6 },
  { of: 'switchboard-4', against: 'plain-classic-4', most: 0.6 },
  { of: 'switchboard-8-unacked', against: 'plain-classic-8', most: 0.5 },
  { of: 'switchboard-8', against: 'plain-classic-8', most: 0.5 },
] as const;

export type PhaseName = 'steady' | 'full';

/** CPU microseconds of a signal, of nodes and Redis together. */
export const cpuOf = (round: Round, phase: PhaseName): number =>
  round[phase].nodesUs + round[phase].redisUs;

/** The ratio of two targets in every run: of the medians of its rounds. */
export function ratiosByRun(
  rounds: readonly Round[],
  { of, against, phase }: { of: string; against: string; phase: PhaseName },
): number[] {
  const runs = [...new Set(rounds.map(({ run }) => run))];
  return runs.flatMap((run) => {
    const median = (target: string) =>
      quantile(
        rounds
          .filter((round) => round.run === run && round.target === target)
          .map((round) => cpuOf(round, phase))
          .toSorted((a, b) => a - b),
        0.5,
      );
    const ratio = median(of) / median(against);
    return Number.isNaN(ratio) ? [] : [ratio];
  });
}
