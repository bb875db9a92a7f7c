import { expect, test } from 'vitest';
import { arrangementOf, bestColumns } from './layout.ts';

const desktop = { width: 1256, height: 660 };
const phone = { width: 366, height: 690 };

test.each([
  [1, desktop, 1],
  [2, desktop, 2],
  [3, desktop, 2],
  [4, desktop, 2],
  [5, desktop, 3],
  [9, desktop, 3],
  [12, desktop, 4],
  [2, phone, 1],
  [4, phone, 1],
  [6, phone, 2],
  [12, phone, 2],
  [3, { width: 0, height: 0 }, 1],
])('%i tiles in %o are largest in %i columns', (count, size, columns) => {
  expect(bestColumns(count, size)).toBe(columns);
});

test.each([
  [0, 0, 'alone'],
  [1, 0, 'pair'],
  [2, 0, 'grid'],
  [1, 1, 'screen'],
  [5, 2, 'screen'],
])('%i others with %i screens are arranged as %s', (others, screens, arrangement) => {
  expect(arrangementOf(others, screens)).toBe(arrangement);
});
