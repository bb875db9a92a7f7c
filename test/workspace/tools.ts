import { pinnedNode, repositoryPath, repositoryRoot, spawnGuarded } from '@switchboard/testkit';

/** What a command line tool said, and whether it was content. */
export interface ToolResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs `biome check` over these paths from the repository's root. */
export function biome(...paths: readonly string[]): Promise<ToolResult> {
  return run('@biomejs/biome/bin/biome', ['check', '--colors=off', ...paths]);
}

/** Checks the types of the project in this folder. */
export function tsc(folder: string): Promise<ToolResult> {
  return run('typescript/bin/tsc', ['--noEmit', '--pretty', 'false', '-p', folder]);
}

async function run(script: string, args: readonly string[]): Promise<ToolResult> {
  const child = spawnGuarded({
    command: pinnedNode(),
    args: [repositoryPath(`node_modules/${script}`), ...args],
    cwd: repositoryRoot,
  });
  const { code } = await child.exited;
  return { code, output: child.logs() };
}
