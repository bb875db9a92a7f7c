import { setTimeout as delay } from 'node:timers/promises';
import { startNode, startRedis, startTcpProxy, waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { printFigures } from './driver/figures.ts';
import { chooseSeed, Random } from './driver/random.ts';
import { StoredState } from './driver/stored-state.ts';
import { applyFault } from './partition/apply-fault.ts';
import { describeStep, drawSchedule, type Step } from './partition/schedule.ts';
import { differences, offences } from './partition/verdict.ts';
import { World } from './partition/world.ts';
import { repeated, scaled } from './scale.ts';

/** `CHAOS_SEED` runs one schedule again, or with `CHAOS_COUNT` those that follow it as well. */
const firstSeed = chooseSeed();
const count = process.env['CHAOS_SEED'] ? repeated(1, 1) : repeated(5, 100);
const seeds = Array.from({ length: count }, (_, index) => firstSeed + index);
const scheduleMs = scaled(6_000, 15_000);
/**
 * What was in the hands of a node that could not write it down ends with a lease (6 s), a grace
 * (20 s), and those who are to notice.
 */
const agreementMs = 45_000;

test.concurrent.each(seeds)(
  'rules 7 and 8: a node is cut off from Redis now and then, and all agree in the end (CHAOS_SEED=%i)',
  async (seed) => {
    const random = new Random(seed);
    const schedule = drawSchedule(random, scheduleMs);
    await using started = new AsyncDisposableStack();
    const redis = started.use(await startRedis({ own: true }));
    const proxy = started.use(await startTcpProxy(redis.port));
    const stored = started.use(new StoredState([redis.port], 'partition:'));
    const start = async (nodeId: string, port: number) => {
      const env = {
        LOG_LEVEL: 'warn',
        KEY_PREFIX: 'partition:',
        REDIS_URL: `redis://127.0.0.1:${port}`,
      };
      const node = started.use(await startNode({ nodeId, env }));
      started.defer(async () => void (await node.kill()));
      return node;
    };
    const nodes = await Promise.all([start('far', proxy.port), start('near', redis.port)]);
    const world = started.use(new World(nodes, random));
    await world.populate();
    const since = performance.now();

    await run(schedule, (step) => {
      if (step.type === 'operation') world.operate(step.operation);
      else if (step.type === 'mend') proxy.mend();
      else return applyFault(proxy, step.fault);
    });
    const mendedAt = performance.now();
    const story = () =>
      [
        `CHAOS_SEED=${seed}`,
        ...schedule.map(describeStep),
        ...world.inhabitants.map(
          ({ client, state }) => `${state} ${client.record.describe(since)}`,
        ),
        ...nodes.map((node) => node.logs()),
      ].join('\n');
    await waitUntil(
      async () => (await differences(world, stored)).slice(0, 5),
      (found) => found.length === 0,
      { what: 'everybody to agree with the model', timeoutMs: agreementMs, intervalMs: 200 },
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${story()}`);
    });
    const agreedMs = Math.round(performance.now() - mendedAt);
    printFigures(`partition, CHAOS_SEED=${seed}`, {
      'agreement after the last fault': `${agreedMs} ms`,
    });
    await world.settled();
    const found = offences(world);
    expect(found, found.length > 0 ? story() : '').toEqual([]);
  },
  180_000,
);

/** Does each step at its time; a fault lasts until the next step that is no operation. */
async function run(
  schedule: readonly Step[],
  act: (step: Step) => Disposable | undefined,
): Promise<void> {
  const startedAt = performance.now();
  let fault: Disposable | undefined;
  for (const step of schedule) {
    await delay(Math.max(0, startedAt + step.at - performance.now()));
    if (step.type !== 'operation') fault?.[Symbol.dispose]();
    fault = act(step) ?? fault;
  }
}
