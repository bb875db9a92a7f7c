/**
 * Runs Vitest with the arguments given to it and writes `N passed, N failed` as the last line. Exits
 * with 1 when a test failed, when a file could not be run, or when nothing ran.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedNode, prepareMachine, repositoryPath } from '@switchboard/testkit';
import { countResults } from './count-results.ts';

await prepareMachine();

const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-'));
const report = join(folder, 'report.json');
const vitest = spawn(
  pinnedNode(),
  [
    repositoryPath('test/node_modules/vitest/vitest.mjs'),
    'run',
    ...['--config', repositoryPath('test/vitest.config.ts')],
    ...['--reporter', 'default', '--reporter', 'json', '--outputFile.json', report],
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => vitest.kill(signal));
}
const [exitCode]: unknown[] = await once(vitest, 'exit');
const { passed, failed } = await countResults(report, exitCode === 0);
await rm(folder, { recursive: true });

process.exitCode = failed > 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
