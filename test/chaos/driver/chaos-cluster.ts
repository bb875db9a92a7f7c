import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  type Cluster,
  type ClusterOptions,
  type RedisServer,
  startCluster,
  startRedis,
} from '@switchboard/testkit';
import { StoredState } from './stored-state.ts';

/** Four nodes behind HAProxy, on a Redis of their own, and what they have stored there. */
export interface ChaosCluster extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly redis: RedisServer;
  readonly stored: StoredState;
}

export interface ChaosClusterOptions extends Omit<ClusterOptions, 'redis'> {
  /** Further arguments of redis-server. */
  readonly redisArgs?: readonly string[];
}

/** Starts a cluster whose every part may be killed. */
export async function startChaosCluster(options: ChaosClusterOptions = {}): Promise<ChaosCluster> {
  const { redisArgs = [], nodes = 4, ...rest } = options;
  await using started = new AsyncDisposableStack();
  const redis = started.use(await startRedis({ own: true, args: redisArgs }));
  const cluster = started.use(await startCluster({ ...rest, nodes, redis }));
  // Nothing is left to move elsewhere, so nobody waits for a node to drain.
  started.defer(async () => void (await Promise.all(cluster.nodes.map((node) => node.kill()))));
  if (cluster.certificate !== undefined) trust(cluster.certificate);
  const stored = started.use(new StoredState([redis.port], cluster.keyPrefix));
  const resources = started.move();
  return { cluster, redis, stored, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Lets every client of this process speak to a balancer. */
export const trust = (certificate: string): void =>
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
