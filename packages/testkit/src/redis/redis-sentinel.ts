import { freePort } from '../free-port.ts';
import { startAll } from '../process/start-all.ts';
import { waitForService } from '../process/wait-for-service.ts';
import { waitUntil } from '../wait-until.ts';
import { findRedis } from './find-redis.ts';
import { redisCommand } from './redis-command.ts';
import type { RedisInstance } from './redis-instance.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

/** By which clients ask for it. */
const MASTER = 'switchboard';

/**
 * A master and its replicas, watched over by Sentinels that make a replica the master when the
 * master is gone. Disposing it ends all of them.
 */
export interface RedisSentinel extends AsyncDisposable {
  /** `redis+sentinel://127.0.0.1:p1,127.0.0.1:p2,…/switchboard` */
  readonly url: string;
  /** All that hold data, the first master first. One that is restarted is made a replica. */
  readonly servers: readonly RedisServer[];
  readonly sentinels: readonly RedisInstance[];
  /** Which is the master now, as all Sentinels say. @throws {Error} while they do not agree. */
  master(): Promise<RedisServer>;
  /** Resolves when every server but the master is a replica of it that has all of its data. */
  settled(): Promise<void>;
}

export interface RedisSentinelOptions {
  /** Default 1. */
  readonly replicas?: number;
  /** After how long without an answer a master counts as gone. Default 1 s; in operation 5 s or more. */
  readonly downAfterMs?: number;
}

/** More than half of three, so that one of them may be gone as well. */
const SENTINELS = 3;
const QUORUM = 2;
/** A Sentinel that has lost an election waits for twice as long; and the restarted are looked at then. */
const FAILOVER_TIMEOUT_MS = 3_000;

/**
 * Starts them on 127.0.0.1, never those of `REDIS_URL`.
 *
 * @throws {Error} as `startRedis`, and when they do not find each other within 20 s.
 */
export async function startRedisSentinel(
  options: RedisSentinelOptions = {},
): Promise<RedisSentinel> {
  const { replicas = 1, downAfterMs = 1_000 } = options;
  await using started = new AsyncDisposableStack();
  // Without the delay in which a master waits for more replicas, up to 5 s.
  const args = ['--repl-diskless-sync-delay', '0'];
  const first = started.use(await startRedis({ args }));
  const replicaOf = ['--replicaof', '127.0.0.1', `${first.port}`];
  const startReplica = () => startRedis({ args: [...args, ...replicaOf] });
  const servers = [
    first,
    ...(await startAll(Array.from({ length: replicas }, startReplica), started)),
  ];
  const sentinels = await startAll(
    Array.from({ length: SENTINELS }, () => startSentinel(first.port, downAfterMs)),
    started,
  );
  const asked = sentinels.map(({ port }) => port);
  const master = () => masterOf(servers, asked);
  const settled = async () => void (await settle(servers, await master()));
  await settled();
  await Promise.all(asked.map((port) => knowsOthers(port, replicas)));
  const resources = started.move();
  return {
    url: `redis+sentinel://${asked.map((port) => `127.0.0.1:${port}`).join(',')}/${MASTER}`,
    ...{ servers, sentinels, master, settled },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface Sentinel extends RedisInstance {
  readonly port: number;
}

async function startSentinel(masterPort: number, downAfterMs: number): Promise<Sentinel> {
  const port = await freePort();
  const launch = await findRedis();
  const config = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor ${MASTER} 127.0.0.1 ${masterPort} ${QUORUM}`,
    `sentinel down-after-milliseconds ${MASTER} ${downAfterMs}`,
    `sentinel failover-timeout ${MASTER} ${FAILOVER_TIMEOUT_MS}`,
    '',
  ].join('\n');
  const instance = await launch(['--sentinel'], config);
  try {
    const answers = async () => (await redisCommand(port, 'PING')) === 'PONG';
    await waitForService(instance, () => answers().catch(() => false), {
      what: `start of a Sentinel on port ${port}`,
    });
    return Object.assign(instance, { port });
  } catch (error) {
    await instance[Symbol.asyncDispose]();
    throw error;
  }
}

/** The server that all Sentinels who answer take for the master. */
async function masterOf(
  servers: readonly RedisServer[],
  sentinels: readonly number[],
): Promise<RedisServer> {
  const ask = (port: number) => redisCommand(port, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER);
  const answers = await Promise.allSettled(sentinels.map(ask));
  const ports = answers.flatMap((answer) =>
    answer.status === 'fulfilled' ? [Number((answer.value as [string, string])[1])] : [],
  );
  const [first, ...rest] = ports;
  const agree = ports.length >= QUORUM && rest.every((port) => port === first);
  const found = agree ? servers.find(({ port }) => port === first) : undefined;
  if (!found) throw new Error(`the Sentinels do not agree on a master: ${ports.join(' ')}`);
  return found;
}

async function settle(servers: readonly RedisServer[], master: RedisServer): Promise<void> {
  const replicas = servers.filter((server) => server !== master);
  await waitUntil(
    () => Promise.all(replicas.map(({ port }) => infoOf(port, 'replication'))),
    (infos) =>
      infos.every(
        (info) =>
          info.includes(`master_port:${master.port}\r\n`) &&
          info.includes('master_link_status:up\r\n'),
      ),
    { what: 'the replicas to have the data of the master', timeoutMs: 20_000 },
  );
}

/** A Sentinel that knows of no replica has nothing to make the master. */
async function knowsOthers(port: number, replicas: number): Promise<void> {
  const wanted = `status=ok,`;
  const counts = `slaves=${replicas},sentinels=${SENTINELS}`;
  await waitUntil(
    () => infoOf(port, 'sentinel'),
    (info) => info.includes(wanted) && info.includes(counts),
    { what: `the Sentinel on port ${port} to know the others`, timeoutMs: 20_000 },
  );
}

/** Empty where nobody answers. */
const infoOf = (port: number, section: string): Promise<string> =>
  redisCommand(port, 'INFO', section).then(String, () => '');
