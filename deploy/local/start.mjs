/** `npm start`: one node with its page, in-memory unless `REDIS_URL` is set; it prints where it is. */
import { buildWeb, install, pinnedNode } from './bootstrap.mjs';
import { runGuarded } from './run-guarded.mjs';

install();
buildWeb();
process.exitCode = await runGuarded(pinnedNode(), ['services/signaling/src/main.ts']);
