/**
 * What a node allocates for a signal, once its code is compiled: garbage that somebody has to
 * collect, the same on every machine. A figure that may fall is to be lowered here as well.
 */
import { startNode } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { switchboard } from './clients/socket-io.ts';
import { bytesAllocatedBy } from './measure/heap.ts';
import { nodeEnv } from './targets/start-switchboard.ts';
import { Crowd } from './traffic/crowd.ts';
import { Generator } from './traffic/generator.ts';

/** KiB of V8's heap: of one signal inside a node, with its answer. */
const mostKiB = 10.5;
const pairs = 16;

test('a signal inside a node allocates no more than it did', async () => {
  const env = { ...nodeEnv, NODE_OPTIONS: '--inspect=0' };
  await using node = await startNode({ nodeId: 'n1', env });
  const dialect = switchboard({ acknowledged: true });
  using crowd = await Crowd.connect({ dialect, ports: [node.port], pairs, name: 'allocations' });
  await crowd.meet();
  const generator = new Generator(crowd);
  await generator.saturating(2 * pairs, 4);
  let received = 0;
  const bytes = await bytesAllocatedBy(node.logs(), async () => {
    received = (await generator.saturating(2 * pairs, 2)).received;
  });
  const kiB = bytes / received / 1_024;
  expect(kiB).toBeLessThan(mostKiB);
});
