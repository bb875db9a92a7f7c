import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { pinnedNode, repositoryPath } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

test("the chart's README is made from its values, and lists each of them", async () => {
  await promisify(execFile)(pinnedNode(), [
    repositoryPath('deploy/helm/write-readme.ts'),
    '--check',
  ]);
  const chart = repositoryPath('deploy/helm/switchboard');
  const readme = await readFile(`${chart}/README.md`, 'utf8');
  const values = parse(await readFile(`${chart}/values.yaml`, 'utf8')) as object;
  for (const key of Object.keys(values))
    expect(readme).toMatch(new RegExp(`^\\| \`${key}\\b`, 'm'));
});
