/** `npm run cluster`: Redis, three nodes and HAProxy with TLS, at `https://localhost:CLUSTER_PORT` (4443). */
import { buildWeb, install, pinnedNode } from './bootstrap.mjs';
import { runGuarded } from './run-guarded.mjs';

install();
buildWeb();
process.exitCode = await runGuarded(pinnedNode(), ['deploy/local/cluster.ts']);
