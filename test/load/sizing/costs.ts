import type { Round } from '../measure/measure-round.ts';
import { quantile } from '../measure/statistics.ts';
import type { BenchResults } from '../report/results.ts';
import type { Costs } from './sizing.ts';

/**
 * What things cost, by the results of `npm run bench`: at one node everything is inside, at four
 * nodes three signals of four go across. Not at eight: on two cores each of them finds its caches
 * used by others whenever it wakes, which a node with a core of its own does not.
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
  const atFour = median('switchboard-4', ({ steady }) => steady.nodesUs);
  const across = 3 / 4;
  return {
    nodeUsPerSignalInside: inside,
    nodeUsPerSignalAcross: (atFour - (1 - across) * inside) / across,
    redisUsPerSignalAcross: median('switchboard-4', ({ steady }) => steady.redisUs) / across,
    nodeUsPerConnect: median('switchboard-4', ({ connect }) => connect.nodesUs),
    redisUsPerConnect: median('switchboard-4', ({ connect }) => connect.redisUs),
    nodeUsPerJoin: median('switchboard-4', ({ join }) => join.nodesUs),
    redisUsPerJoin: median('switchboard-4', ({ join }) => join.redisUs),
    nodeUsPerIdleSecond: embedded.usPerSecond,
    nodeBytesPerConnection: embedded.bytes,
    redisBytesPerSession: redisBytes.session,
    redisBytesPerRoom: redisBytes.roomOfTwo,
  };
}
