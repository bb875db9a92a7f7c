import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@switchboard/testkit';
import type { SourceFile } from './import-rules.ts';

const PATTERN = '{packages,services,deploy,test}/**/*.{ts,tsx,mts,mjs,js,cjs}';
const NOT_OURS = new Set(['node_modules', 'dist']);

/** Every file of TypeScript or JavaScript in the workspace. */
export async function sourceFiles(): Promise<readonly SourceFile[]> {
  const exclude = (path: string): boolean => NOT_OURS.has(path.split('/').at(-1) ?? '');
  const files: SourceFile[] = [];
  for await (const path of glob(PATTERN, { cwd: repositoryRoot, exclude })) {
    files.push({ path, text: await readFile(join(repositoryRoot, path), 'utf8') });
  }
  return files;
}
