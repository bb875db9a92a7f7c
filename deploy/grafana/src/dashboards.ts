import { build } from './board.ts';
import { calls } from './calls.ts';
import { node } from './node.ts';
import { overview } from './overview.ts';
import { redisAndBus } from './redis-and-bus.ts';

/** Every dashboard as the text of its file, by the file's name. */
export const dashboardFiles = (): ReadonlyMap<string, string> =>
  new Map(
    [overview, node, calls, redisAndBus].map((board) => [
      `${board.uid}.json`,
      `${JSON.stringify(build(board), null, 2)}\n`,
    ]),
  );
