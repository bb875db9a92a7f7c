import { expect, test } from 'vitest';
import { buildBundle } from './build-bundle.ts';

/**
 * Bytes, a twentieth over what was measured when they were set (42.5 and 13.1 kB without Socket.IO,
 * 83.8 and 25.8 kB with it). The same sources and lockfile always give the same sizes; a change
 * that goes over its budget is to say what it bought.
 */
const budgets = {
  'without socket.io-client': { socketIo: false, minified: 44_600, gzipped: 13_800 },
  'with socket.io-client': { socketIo: true, minified: 88_000, gzipped: 27_100 },
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
