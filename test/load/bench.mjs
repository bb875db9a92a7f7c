/**
 * `npm run bench`: installs what the workspace needs and measures; arguments are those of
 * `run-bench.ts`.
 */
import { install, pinnedNode } from '../../deploy/local/bootstrap.mjs';
import { runGuarded } from '../../deploy/local/run-guarded.mjs';

install();
process.exitCode = await runGuarded(pinnedNode(), [
  'test/load/run-bench.ts',
  ...process.argv.slice(2),
]);
