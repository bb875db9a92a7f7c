import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorTable, SignalingError } from './errors.ts';

test('SPEC 6: the error table of the specification is the one that runs', () => {
  const spec = readFileSync(new URL('../SPEC.md', import.meta.url), 'utf8');
  const rows = [...spec.matchAll(/^\| `(\w+)`\s+\| (yes|no)\s+\| (.+?)\s*\|$/gm)].map(
    ([, code, retryable, message]) => ({ code, retryable: retryable === 'yes', message }),
  );
  const table = Object.entries(errorTable).map(([code, row]) => ({ code, ...row }));
  expect(rows).toEqual(table);
});

test('SPEC 2.2: what goes over the wire has no cause and no stack', () => {
  const error = new SignalingError('rate_limited', {
    cause: new Error('secret'),
    retryAfterMs: 40,
  });
  expect(error.toBody()).toEqual({
    code: 'rate_limited',
    message: 'Too many messages; wait before sending more.',
    retryable: true,
    retryAfterMs: 40,
  });
});
