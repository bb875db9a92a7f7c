import { readFile } from 'node:fs/promises';
import { repositoryPath } from '@switchboard/testkit';
import { expect, it } from 'vitest';
import { linesWithAddress } from './lockfile-rules.ts';

it('the lockfile names no address', async () => {
  const lockfile = await readFile(repositoryPath('pnpm-lock.yaml'), 'utf8');
  expect(lockfile).toContain('lockfileVersion');
  expect(linesWithAddress(lockfile)).toEqual([]);
});

it.each([
  '    resolution: {integrity: sha512-x, tarball: a.tgz}',
  '    resolution: {tarball: https://registry.example/a.tgz}',
  '    version: http://example/a.tgz',
  '    version: git+ssh://git@example/a',
])('the rule sees %s', (line) => {
  expect(linesWithAddress(`a:\n${line}\nb:`)).toEqual([line]);
});
