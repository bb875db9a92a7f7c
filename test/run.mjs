/**
 * `npm test`: installs what the workspace needs, builds the page, runs the tests, and ends with one
 * line, `N passed, N failed`. Arguments go to Vitest: `npm test -- packages/core`.
 */
import { buildWeb, install, pinnedNode } from '../deploy/local/bootstrap.mjs';
import { runGuarded } from '../deploy/local/run-guarded.mjs';

install();
buildWeb();
process.exitCode = await runGuarded(pinnedNode(), ['test/run-tests.ts', ...process.argv.slice(2)]);
