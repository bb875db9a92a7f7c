import { fileURLToPath } from 'node:url';

/** Absolute path of the repository's root, whatever the working directory of the test run is. */
export const repositoryRoot: string = fileURLToPath(new URL('../../../', import.meta.url));

/** Absolute path of a file of the repository, given from its root: `repositoryPath('deploy/haproxy/haproxy.cfg')`. */
export function repositoryPath(relative: string): string {
  return fileURLToPath(new URL(`../../../${relative}`, import.meta.url));
}
