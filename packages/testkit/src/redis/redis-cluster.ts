import { freePort } from '../free-port.ts';
import { startAll } from '../process/start-all.ts';
import { waitUntil } from '../wait-until.ts';
import { redisCommand } from './redis-command.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

const SLOTS = 16_384;

/** A Redis Cluster, every slot assigned. Disposing it ends all of its servers. */
export interface RedisCluster extends AsyncDisposable {
  /** `redis://127.0.0.1:p1,redis://127.0.0.1:p2,…` of the first masters. */
  readonly url: string;
  /**
   * The first masters, to be frozen or killed one at a time. A restarted one has no data; it has
   * its slots again where nobody has taken them over.
   */
  readonly masters: readonly RedisServer[];
  /** One for each master, in the same order, or none. */
  readonly replicas: readonly RedisServer[];
  /** Which of them are masters now; those that do not answer are not. */
  mastersNow(): Promise<readonly RedisServer[]>;
  /** Resolves when every server answers and every replica has all the data of its master. */
  settled(): Promise<void>;
}

export interface RedisClusterOptions {
  /** How many masters; a cluster needs three to survive any loss. Default 3. */
  readonly masters?: number;
  /** Whether each master has a replica, which takes its slots over when it is gone. Default false. */
  readonly replicas?: boolean;
  /** After how long without an answer a server counts as gone. Default 5 s. */
  readonly nodeTimeoutMs?: number;
  /** Whether all slots are refused while some have no master. Default true, as it is of Redis. */
  readonly requireFullCoverage?: boolean;
}

/**
 * Starts a Redis Cluster (Redis 7 or newer, Valkey) on 127.0.0.1, never the one of `REDIS_URL`.
 * Takes some 3 s: a fresh master refuses to serve for its first two.
 *
 * @throws {Error} as `startRedis`, and when the masters do not agree within 20 s.
 */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  await using started = new AsyncDisposableStack();
  const { masters: count = 3, replicas: hasReplicas = false } = options;
  const start = () => startMember(options);
  const masters = await startAll(Array.from({ length: count }, start), started);
  const replicas = hasReplicas ? await startAll(masters.map(start), started) : [];
  const share = Math.ceil(SLOTS / masters.length);
  for (const [index, { port }] of masters.entries()) {
    const last = Math.min((index + 1) * share, SLOTS) - 1;
    await redisCommand(port, 'CLUSTER', 'ADDSLOTSRANGE', `${index * share}`, `${last}`);
  }
  await introduce([...masters, ...replicas]);
  await Promise.all(masters.map((server) => agrees(server, masters.length)));
  await Promise.all(replicas.map((replica, index) => follow(replica, masters[index] as Member)));
  const members = [...masters, ...replicas];
  const resources = started.move();
  return {
    url: masters.map(({ url }) => url).join(','),
    ...{ masters, replicas },
    mastersNow: () => mastersAmong(members),
    settled: () => settle(members),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface Member extends RedisServer {
  readonly busPort: number;
}

async function startMember({
  nodeTimeoutMs = 5_000,
  requireFullCoverage = true,
}: RedisClusterOptions): Promise<Member> {
  const busPort = await freePort();
  const server = await startRedis({
    args: [
      ...['--cluster-enabled', 'yes'],
      ...['--cluster-port', `${busPort}`],
      ...['--cluster-config-file', 'nodes.conf'],
      ...['--cluster-node-timeout', `${nodeTimeoutMs}`],
      ...['--cluster-require-full-coverage', requireFullCoverage ? 'yes' : 'no'],
      ...['--repl-diskless-sync-delay', '0'],
    ],
  });
  return Object.assign(server, { busPort });
}

/** Every pair is introduced: gossip alone would take seconds to do it. */
async function introduce(members: readonly Member[]): Promise<void> {
  for (const [index, { port, busPort }] of members.entries()) {
    for (const earlier of members.slice(0, index)) {
      await redisCommand(earlier.port, 'CLUSTER', 'MEET', '127.0.0.1', `${port}`, `${busPort}`);
    }
  }
}

async function mastersAmong(members: readonly RedisServer[]): Promise<readonly RedisServer[]> {
  const roles = await Promise.all(members.map(({ port }) => infoOf(port)));
  return members.filter((_, index) => roles[index]?.includes('role:master\r\n'));
}

async function settle(members: readonly RedisServer[]): Promise<void> {
  await waitUntil(
    () => Promise.all(members.map(({ port }) => infoOf(port))),
    (infos) =>
      infos.every((info) => /role:master|master_link_status:up/.test(info)) &&
      infos.filter((info) => info.includes('role:master')).length === members.length / 2,
    { what: 'every master of the Redis Cluster to have its replica', timeoutMs: 30_000 },
  );
}

/** Empty where nobody answers. */
const infoOf = (port: number): Promise<string> =>
  redisCommand(port, 'INFO', 'replication').then(String, () => '');

/** Makes a member the replica of a master, and waits until it has its data. */
async function follow(replica: Member, master: Member): Promise<void> {
  const masterId = String(await redisCommand(master.port, 'CLUSTER', 'MYID'));
  const what = `the replica on port ${replica.port} to follow its master`;
  const timeoutMs = 20_000;
  // It is refused for as long as the two have not heard of each other.
  await waitUntil(
    () => redisCommand(replica.port, 'CLUSTER', 'REPLICATE', masterId).catch(String),
    (answer) => answer === 'OK',
    { what, timeoutMs },
  );
  await waitUntil(
    () => infoOf(replica.port),
    (info) => info.includes('master_link_status:up\r\n'),
    { what, timeoutMs },
  );
}

async function agrees(server: RedisServer, masters: number): Promise<void> {
  const wanted = ['cluster_state:ok', `cluster_slots_ok:${SLOTS}`, `cluster_size:${masters}`];
  await waitUntil(
    async () => String(await redisCommand(server.port, 'CLUSTER', 'INFO')),
    (info) => wanted.every((line) => info.includes(`${line}\r\n`)),
    { what: `the Redis Cluster's master on port ${server.port} to agree`, timeoutMs: 20_000 },
  );
}
