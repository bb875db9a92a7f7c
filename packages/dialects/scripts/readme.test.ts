import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withPairs } from './pairs-table.ts';

test('README.md shows which dialects can do what with each other, as the code has it', async () => {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  expect(text).toBe(withPairs(text));
});
