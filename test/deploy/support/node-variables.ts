import { readFileSync } from 'node:fs';
import { repositoryPath } from '@switchboard/testkit';

/**
 * Every variable that a node reads, as its README's table lists them; that the table names what
 * the node reads is a test of the node's configuration.
 */
export const nodeVariables: ReadonlySet<string> = new Set(
  readFileSync(repositoryPath('README.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => line.split('|')[1]?.match(/[A-Z][A-Z0-9_]+/g) ?? []),
);
