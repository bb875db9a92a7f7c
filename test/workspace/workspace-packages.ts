import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@switchboard/testkit';

/** One package of the workspace, as far as the rules of this folder look at it. */
export interface WorkspacePackage {
  /** Without the scope: `core`. */
  readonly name: string;
  /** From the repository's root: `packages/core`. */
  readonly folder: string;
  /** Names of workspace packages (without scope) in `dependencies`. */
  readonly dependencies: readonly string[];
  /** The same of `devDependencies`. */
  readonly devDependencies: readonly string[];
}

const SCOPE = '@switchboard/';

/** Every package that pnpm-workspace.yaml names. */
export async function workspacePackages(): Promise<readonly WorkspacePackage[]> {
  const folders = await workspaceFolders();
  return Promise.all(folders.map(readPackage));
}

async function workspaceFolders(): Promise<readonly string[]> {
  const yaml = await readFile(join(repositoryRoot, 'pnpm-workspace.yaml'), 'utf8');
  const list = /^packages:\n((?: {2}- .+\n)+)/m.exec(yaml)?.[1];
  if (list === undefined) throw new Error('pnpm-workspace.yaml lists no packages');
  const patterns = list
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\s*- /, ''));
  const folders = await Promise.all(patterns.map(expand));
  return folders.flat();
}

/** `packages/*` → the folders below `packages`; anything else is a folder by itself. */
async function expand(pattern: string): Promise<readonly string[]> {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  const entries = await readdir(join(repositoryRoot, parent), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${parent}/${name}`);
}

async function readPackage(folder: string): Promise<WorkspacePackage> {
  const path = join(repositoryRoot, folder, 'package.json');
  const manifest: unknown = JSON.parse(await readFile(path, 'utf8'));
  const name = fieldOf(manifest, 'name');
  if (typeof name !== 'string' || !name.startsWith(SCOPE)) {
    throw new Error(`${folder}/package.json must be named ${SCOPE}…`);
  }
  return {
    name: name.slice(SCOPE.length),
    folder,
    dependencies: workspaceNames(fieldOf(manifest, 'dependencies')),
    devDependencies: workspaceNames(fieldOf(manifest, 'devDependencies')),
  };
}

function workspaceNames(dependencies: unknown): readonly string[] {
  return Object.keys(dependencies ?? {})
    .filter((name) => name.startsWith(SCOPE))
    .map((name) => name.slice(SCOPE.length));
}

function fieldOf(value: unknown, field: string): unknown {
  return Object.entries(value ?? {}).find(([name]) => name === field)?.[1];
}
