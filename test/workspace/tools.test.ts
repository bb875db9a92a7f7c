import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { biome, tsc } from './tools.ts';
import { workspacePackages } from './workspace-packages.ts';

const packages = await workspacePackages();

describe('the workspace', () => {
  it('is formatted and linted', async () => {
    const { code, output } = await biome('.');
    expect(code, output).toBe(0);
  });

  it.each(packages)('has right types in $folder', async ({ folder }) => {
    await expect(tsc(join(repositoryRoot, folder))).resolves.toEqual({ code: 0, output: '' });
  });
});

describe('the tools', () => {
  let folder: string;

  beforeAll(async () => {
    // In the repository, so that its settings apply, but where no test looks for sources.
    folder = await mkdtemp(join(repositoryRoot, '.scratch-'));
    await writeFile(join(folder, 'wrong.ts'), "export const wrong: number = 'text' as any\n");
    await writeFile(join(folder, 'types.ts'), "export const wrong: number = 'text';\n");
    await writeFile(
      join(folder, 'tsconfig.json'),
      '{ "extends": "../tsconfig.base.json", "include": ["*.ts"] }\n',
    );
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('refuse what is not formatted, or uses any', async () => {
    const { code, output } = await biome(join(folder, 'wrong.ts'));
    expect(code).toBe(1);
    expect(output).toContain('noExplicitAny');
    expect(output).toContain('format');
  });

  it('refuse wrong types', async () => {
    const { code, output } = await tsc(folder);
    expect(code).not.toBe(0);
    expect(output).toContain('types.ts(1,14): error TS2322');
  });
});
