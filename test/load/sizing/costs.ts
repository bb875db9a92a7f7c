import type { Round } from '../measure/measure-round.ts';
import { quantile } from '../measure/statistics.ts';
import type { BenchResults } from '../report/results.ts';
import type { Costs } from './sizing.ts';

/**
 * What things cost, by the results of `npm run bench`: at one node everything is inside, at eight
 * nodes seven signals of eight go across.
 *
 * @throws RangeError when the results are not of all targets.
 */
export function costsOf({ rounds, idle, redisBytes }: BenchResults): Costs {
  const median = (target: string, of: (round: Round) => number): number => {
    const own = rounds.filter((round) => round.target === target).map(of);
    if (own.length === 0) throw new RangeError(`there are no results of ${target}`);
    return quantile(
      own.toSorted((a, b) => a - b),
      0.5,
    );
  };
  const embedded = idle.find(({ target }) => target === 'switchboard-memory');
  if (!embedded || !redisBytes) throw new RangeError('there are no results of idle connections');
  const inside = median('switchboard-1', ({ steady }) => steady.nodesUs);
  const atEight = median('switchboard-8', ({ steady }) => steady.nodesUs);
  const across = 7 / 8;
  return {
    nodeUsPerSignalInside: inside,
    nodeUsPerSignalAcross: (atEight - (1 - across) * inside) / across,
    redisUsPerSignalAcross: median('switchboard-8', ({ steady }) => steady.redisUs) / across,
    nodeUsPerConnect: median('switchboard-8', ({ connect }) => connect.nodesUs),
    redisUsPerConnect: median('switchboard-8', ({ connect }) => connect.redisUs),
    nodeUsPerJoin: median('switchboard-8', ({ join }) => join.nodesUs),
    redisUsPerJoin: median('switchboard-8', ({ join }) => join.redisUs),
    nodeUsPerIdleSecond: embedded.usPerSecond,
    nodeBytesPerConnection: embedded.bytes,
    redisBytesPerSession: redisBytes.session,
    redisBytesPerRoom: redisBytes.roomOfTwo,
  };
}
