import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  type Cluster,
  type ClusterOptions,
  type RedisServer,
  startCluster,
  startRedis,
} from '@switchboard/testkit';
import { StoredState } from './stored-state.ts';

/** Nodes behind HAProxy, and what they have stored. */
export interface ChaosNodes extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly stored: StoredState;
}

/** Four nodes behind HAProxy, on a Redis of their own, and what they have stored there. */
export interface ChaosCluster extends ChaosNodes {
  readonly redis: RedisServer;
}

export interface ChaosClusterOptions extends Omit<ClusterOptions, 'redis'> {
  /** Further arguments of redis-server. */
  readonly redisArgs?: readonly string[];
}

/** Starts a cluster whose every part may be killed. */
export async function startChaosCluster({
  redisArgs = [],
  ...options
}: ChaosClusterOptions = {}): Promise<ChaosCluster> {
  await using started = new AsyncDisposableStack();
  const redis = started.use(await startRedis({ own: true, args: redisArgs }));
  const servers = [redis];
  const nodes = started.use(await startChaosNodes({ url: redis.url, servers }, options));
  const { cluster, stored } = nodes;
  const resources = started.move();
  return { cluster, redis, stored, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Starts nodes on what the caller has started, and ends. */
export async function startChaosNodes(
  redis: { readonly url: string; readonly servers: readonly RedisServer[] },
  options: Omit<ClusterOptions, 'redis'> = {},
): Promise<ChaosNodes> {
  await using started = new AsyncDisposableStack();
  const cluster = started.use(await startCluster({ nodes: 4, ...options, redis }));
  // Nothing is left to move elsewhere, so nobody waits for a node to drain.
  started.defer(async () => void (await Promise.all(cluster.nodes.map((node) => node.kill()))));
  if (cluster.certificate !== undefined) trust(cluster.certificate);
  const ports = redis.servers.map(({ port }) => port);
  const stored = started.use(new StoredState(ports, cluster.keyPrefix));
  const resources = started.move();
  return { cluster, stored, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Lets every client of this process speak to a balancer. */
export const trust = (certificate: string): void =>
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
