import { freePort } from '../free-port.ts';
import { startAll } from '../process/start-all.ts';
import { waitUntil } from '../wait-until.ts';
import { redisCommand } from './redis-command.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

const SLOTS = 16_384;

/** A Redis Cluster of masters without replicas, every slot assigned. Disposing it ends all of them. */
export interface RedisCluster extends AsyncDisposable {
  /** `redis://127.0.0.1:p1,redis://127.0.0.1:p2,…` */
  readonly url: string;
  /** The masters, to be frozen or killed one at a time. A restarted one has its slots and no data. */
  readonly masters: readonly RedisServer[];
}

export interface RedisClusterOptions {
  /** How many masters; a cluster needs three to survive any loss. Default 3. */
  readonly masters?: number;
}

/**
 * Starts a Redis Cluster (Redis 7 or newer, Valkey) on 127.0.0.1, never the one of `REDIS_URL`.
 * Takes some 3 s: a fresh master refuses to serve for its first two.
 *
 * @throws {Error} as `startRedis`, and when the masters do not agree within 20 s.
 */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  await using started = new AsyncDisposableStack();
  const masters = await startAll(
    Array.from({ length: options.masters ?? 3 }, startMaster),
    started,
  );
  const share = Math.ceil(SLOTS / masters.length);
  for (const [index, { port, busPort }] of masters.entries()) {
    const last = Math.min((index + 1) * share, SLOTS) - 1;
    await redisCommand(port, 'CLUSTER', 'ADDSLOTSRANGE', `${index * share}`, `${last}`);
    // Every pair is introduced: gossip alone would take seconds to do it.
    for (const earlier of masters.slice(0, index)) {
      await redisCommand(earlier.port, 'CLUSTER', 'MEET', '127.0.0.1', `${port}`, `${busPort}`);
    }
  }
  await Promise.all(masters.map((server) => agrees(server, masters.length)));
  const resources = started.move();
  return {
    url: masters.map(({ url }) => url).join(','),
    masters,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface Master extends RedisServer {
  readonly busPort: number;
}

async function startMaster(): Promise<Master> {
  const busPort = await freePort();
  const server = await startRedis({
    args: [
      ...['--cluster-enabled', 'yes'],
      ...['--cluster-port', `${busPort}`],
      ...['--cluster-config-file', 'nodes.conf'],
      ...['--cluster-node-timeout', '5000'],
    ],
  });
  return Object.assign(server, { busPort });
}

async function agrees(server: RedisServer, masters: number): Promise<void> {
  const wanted = ['cluster_state:ok', `cluster_slots_ok:${SLOTS}`, `cluster_size:${masters}`];
  await waitUntil(
    async () => String(await redisCommand(server.port, 'CLUSTER', 'INFO')),
    (info) => wanted.every((line) => info.includes(`${line}\r\n`)),
    { what: `the Redis Cluster's master on port ${server.port} to agree`, timeoutMs: 20_000 },
  );
}
