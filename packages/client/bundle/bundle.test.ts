import { expect, test } from 'vitest';
import { buildBundle } from './build-bundle.ts';

/**
 * Bytes, a twentieth over what was measured when they were set (44.6 and 13.8 kB without Socket.IO,
 * 86.0 and 26.4 kB with it; 2 kB of that are the first offer to older clients, and `withdraw`). The same sources and lockfile always give the same sizes; a change
 * that goes over its budget is to say what it bought.
 */
const budgets = {
  'without socket.io-client': { socketIo: false, minified: 46_800, gzipped: 14_400 },
  'with socket.io-client': { socketIo: true, minified: 90_200, gzipped: 27_700 },
} as const;

test.each(Object.entries(budgets))('%s, the bundle keeps to its budget', async (_, budget) => {
  const bundle = await buildBundle({ socketIo: budget.socketIo, write: false });
  expect(bundle.minified).toBeLessThanOrEqual(budget.minified);
  expect(bundle.gzipped).toBeLessThanOrEqual(budget.gzipped);
});

test('no schema library is in the bundle', async () => {
  const { code, modules } = await buildBundle({ socketIo: true, write: false });
  expect(modules.filter((path) => /[/\\]zod[/\\@]/.test(path))).toEqual([]);
  // Names that survive minification wherever zod is.
  expect(code).not.toMatch(/ZodError|_zod|safeParse/);
  const ofProtocol = modules.filter((path) => path.includes('/packages/protocol/'));
  expect(ofProtocol.every((path) => /\/(errors|limits|namespace)\.ts$/.test(path))).toBe(true);
});
