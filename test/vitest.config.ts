import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** One run over the whole workspace: `npm test`, or `npm test -- packages/core` for a part. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['packages/**/*.test.ts', 'services/**/*.test.ts', 'test/**/*.test.ts'],
    // Chaos tests are run by `npm run test:chaos` alone until each has held twenty times in a row.
    exclude: [
      '**/node_modules/**',
      '**/dist/**',
      ...(process.env['CHAOS'] ? [] : ['test/chaos/**']),
    ],
    globals: false,
    // Processes, not threads: tests freeze and kill what they start, and read their own memory use.
    pool: 'forks',
    // Each worker runs whole clusters beside itself.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Stopping a cluster in order takes longer than the default 10 s where nodes drain.
    teardownTimeout: 30_000,
  },
});
