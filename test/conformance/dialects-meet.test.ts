import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import { type Act, abilityFor, wholeCall } from './meeting/act.ts';
import type { Attendee, Driver } from './meeting/driver.ts';
import { drivers } from './meeting/drivers.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 2 });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const pairs = [...drivers].flatMap(([doer, does]) =>
  [...drivers].map(([watcher, watches]) => ({ doer, does, watcher, watches })),
);

interface Pair {
  readonly does: Driver;
  readonly watches: Driver;
}

/** Whether the one can say it, and the other has a word for it. */
const isShared = ({ does, watches }: Pair, act: Act): boolean =>
  does.says.includes(abilityFor(act)) && watches.hears.includes(abilityFor(act));

const isToldOf = (watcher: Attendee, act: Act) =>
  watcher.told.first((each) => isDeepStrictEqual(each, act), JSON.stringify(act));

/** The one who watches is in the room, at another node, when the other comes. */
async function meet({ does, watches }: Pair) {
  const roomId = randomUUID();
  const watcher = await watches.attend(cluster.node('n1').url, 'wanda');
  const doer = await does.attend(cluster.node('n2').url, 'dora');
  await watcher.join(roomId);
  await doer.join(roomId);
  return { watcher, doer };
}

describe.each(pairs)('$watcher is told by $doer', (pair) => {
  test('of a whole call, from joining to leaving, in order', async () => {
    const { watcher, doer } = await meet(pair);
    using _ = watcher;
    using __ = doer;
    const { userId } = doer.address;
    const expected: Act[] = [{ kind: 'join', userId }];
    await isToldOf(watcher, { kind: 'join', userId });
    for (const act of wholeCall.filter((each) => isShared(pair, each))) {
      await doer.act(act, watcher.address);
      await isToldOf(watcher, act);
      expected.push(act);
    }
    await doer.leave();
    expected.push({ kind: 'leave', userId });
    await isToldOf(watcher, { kind: 'leave', userId });
    expect(watcher.told.seen).toEqual(expected);
  });
});

const ending = pairs.filter((pair) => isShared(pair, { kind: 'end call' }));

describe.each(ending)('$watcher is told by $doer', (pair) => {
  test('that the call is over', async () => {
    const { watcher, doer } = await meet(pair);
    using _ = watcher;
    using __ = doer;
    await doer.act({ kind: 'end call' }, watcher.address);
    await isToldOf(watcher, { kind: 'end call' });
  });
});
