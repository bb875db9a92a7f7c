import { readFile } from 'node:fs/promises';
import { errorTable } from '@switchboard/protocol/errors';
import { expect, test } from 'vitest';
import { clientErrorTable, errorBodyOf, SwitchboardError } from './errors.ts';

test('no code is both the client’s and the cluster’s', () => {
  const codes = [...Object.keys(clientErrorTable), ...Object.keys(errorTable)];
  expect(new Set(codes).size).toBe(codes.length);
});

test('a refusal keeps what the cluster said', () => {
  const error = SwitchboardError.refusal({
    code: 'invalid_argument',
    message: '"name" is too long.',
    retryable: false,
    path: ['name'],
  });
  expect(error).toMatchObject({ code: 'invalid_argument', retryable: false, path: ['name'] });
  expect(error.message).toBe('"name" is too long.');
});

test.each([
  ['nothing', undefined],
  ['a sentence', 'unauthorized'],
  ['an object of another server', { code: 17, message: 'no' }],
  ['a code that is in no table', { code: 'constructor', message: 'no', retryable: false }],
])('%s is not taken for a refusal of the cluster', (_, value) => {
  expect(errorBodyOf(value)).toBeNull();
});

test('a refusal of the cluster is recognised', () => {
  const body = { code: 'unavailable', message: 'Later.', retryable: true };
  expect(errorBodyOf({ ...body, more: 1 })).toEqual(body);
});

test('the README lists the client’s own codes, and whether they are retryable', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (yes|no) +\|/gm)];
  const listed = Object.fromEntries(rows.map(([, code = '', answer]) => [code, answer === 'yes']));
  const table = Object.entries(clientErrorTable).map(([code, { retryable }]) => [code, retryable]);
  expect(listed).toEqual(Object.fromEntries(table));
});
