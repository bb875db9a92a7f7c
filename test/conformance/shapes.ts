import { expect } from 'vitest';

/** What is different in every run, by its form. */

/** ISO 8601, as JavaScript writes it. */
export const isoTime: unknown = expect.stringMatching(
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
);

/** Epoch milliseconds of some time around now. */
export const epochMs: unknown = expect.toSatisfy(
  (value: unknown) => typeof value === 'number' && Math.abs(value - Date.now()) < 600_000,
);
