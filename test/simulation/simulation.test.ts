import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import {
  expectAccounted,
  expectAgreement,
  expectDeliveredWhereBothStayed,
  expectInOrder,
  expectNoneTwice,
} from './judgements.ts';
import { type Program, programs, type Weather } from './program.ts';
import { type Run, run } from './run-program.ts';

/**
 * A whole cluster in one process. Everything that is random comes from a seed, which is printed;
 * `SIMULATION_SEED=<seed>` runs the same again, `SIMULATION_RUNS=<n>` makes more of it.
 */
const seed = Number(process.env['SIMULATION_SEED'] ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env['SIMULATION_RUNS'] ?? 100);
const patienceMs = 60_000 + numRuns * 1_000;

afterEach(() => {
  vi.useRealTimers();
});

async function simulate(weather: Weather, judge: (run: Run) => void): Promise<void> {
  console.info(`${weather}: SIMULATION_SEED=${seed} SIMULATION_RUNS=${numRuns}`);
  const property = fc.asyncProperty(programs(weather), async (program: Program) => {
    await using result = await run(program, weather);
    await expectAgreement(result);
    judge(result);
  });
  // Making a failure small must not take longer than there is.
  const interruptAfterTimeLimit = patienceMs / 2;
  await fc.assert(property, { seed, numRuns, interruptAfterTimeLimit });
}

test(
  'SPEC 3.7, 4.2, 4.4, 4.5: on a prompt network every signal arrives once and in order',
  async () => {
    await simulate('prompt', (result) => {
      expectAccounted(result);
      expectDeliveredWhereBothStayed(result);
      expectInOrder(result);
      expect(result.cluster.resyncs, 'rooms read anew without need').toBe(0);
    });
  },
  patienceMs,
);

test(
  'SPEC 3.7, 4.4, 4.5: on a slow network every signal arrives once or is reported',
  async () => {
    await simulate('slow', expectAccounted);
  },
  patienceMs,
);

test(
  'SPEC 3.2, 3.7, 3.8, 4.4: on a lossy network clients, nodes and store agree in the end',
  async () => {
    await simulate('lossy', expectNoneTwice);
  },
  patienceMs,
);

test(
  'SPEC 3.2, 3.8, 4.4: after cuts of the network clients, nodes and store agree in the end',
  async () => {
    await simulate('cut', expectNoneTwice);
  },
  patienceMs,
);

test(
  'SPEC 5.1, 5.4, 5.5: sessions that move and nodes that die leave all agreed in the end',
  async () => {
    await simulate('roaming', expectNoneTwice);
  },
  patienceMs,
);

test(
  'SPEC 2.8, 3.8, 5.1: whatever goes wrong at once, all agree in the end',
  async () => {
    await simulate('storm', expectNoneTwice);
  },
  patienceMs,
);
