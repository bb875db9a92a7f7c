/**
 * `npm run bench`, `bench:growth` and `soak`: installs what the workspace needs and runs the program
 * that is named first; all other arguments are that program's.
 */
import { install, pinnedNode } from '../../deploy/local/bootstrap.mjs';
import { runGuarded } from '../../deploy/local/run-guarded.mjs';

const [program, ...rest] = process.argv.slice(2);
install();
process.exitCode = await runGuarded(pinnedNode(), [`test/load/${program}.ts`, ...rest]);
