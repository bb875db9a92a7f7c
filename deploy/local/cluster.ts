/**
 * A cluster on this machine, for trying things out: three nodes on one Redis behind HAProxy, with a
 * certificate made for the occasion. Ends in reverse order on Ctrl-C or SIGTERM, and as a whole, with
 * exit code 1, when one of its parts ends by itself.
 *
 * `CLUSTER_PORT` (4443) and `CLUSTER_HOST` (127.0.0.1) say where it listens. Every other variable, from
 * `.env` too, goes to the nodes as it is.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type PartExit, startCluster } from '@switchboard/testkit';

if (existsSync('.env')) process.loadEnvFile();
const { CLUSTER_PORT = '4443', CLUSTER_HOST = '127.0.0.1' } = process.env;
const NODES = 3;

const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(
  () => 'stopped' as const,
);

await using cluster = await startCluster({
  nodes: NODES,
  balancer: { host: CLUSTER_HOST, port: readPort(CLUSTER_PORT) },
  env: { LOG_LEVEL: 'info', ...inherited() },
  onLine: (part, line) => console.log(`${part.padEnd(7)} ${line}`),
});
for (const { nodeId, pid, opsUrl } of cluster.nodes) {
  console.log(`${nodeId}      pid ${pid}, operations at ${opsUrl}`);
}
console.log(`redis   ${cluster.redis.url}`);
console.log(`ready   ${cluster.url} (self-made certificate; Ctrl-C ends it)`);

const end = await Promise.race([stopped, cluster.firstExit]);
if (end === 'stopped') console.log('stopping');
else reportExit(end);

function reportExit({ part, exit }: PartExit): void {
  console.error(
    `${part} ended by itself with ${exit.signal ?? `code ${exit.code}`}: stopping the rest`,
  );
  process.exitCode = 1;
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`CLUSTER_PORT must be a port, not ${text}`);
}

/** This process's environment, as far as a node of a cluster may have it from outside. */
function inherited(): Record<string, string> {
  const own = new Set([
    'NODE_ID',
    'HOST',
    'PORT',
    'OPS_PORT',
    'REDIS_URL',
    'CLUSTER_PORT',
    'CLUSTER_HOST',
  ]);
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || own.has(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
