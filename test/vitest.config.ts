import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const chaos = 'test/chaos/**/*.test.ts';

/** One run over the whole workspace: `npm test`, or `npm test -- packages/core` for a part. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    globals: false,
    // Processes, not threads: tests freeze and kill what they start, and read their own memory use.
    pool: 'forks',
    // Each worker runs whole clusters beside itself.
    maxWorkers: 2,
    testTimeout: 30_000,
    // Browsers without a graphics card share two cores with whatever else is tested.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    // Stopping a cluster in order takes longer than the default 10 s where nodes drain.
    teardownTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['packages/**/*.test.ts', 'services/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', chaos],
        },
      },
      {
        // After everything else: these measure how long a cluster takes to recover, and nothing
        // but each other is to keep the machine busy meanwhile.
        extends: true,
        test: { name: 'chaos', include: [chaos], sequence: { groupOrder: 1 } },
      },
    ],
  },
});
