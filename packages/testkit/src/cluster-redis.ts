import { startRedisCluster } from './redis/redis-cluster.ts';
import { type RedisServer, startRedis } from './redis/redis-server.ts';

/**
 * Which Redis the nodes share. `'single'`: the one of `REDIS_URL`, or one started for the purpose.
 * `'cluster'`: a Redis Cluster of three masters. Anything with a url: one that the caller started
 * and will end.
 */
export type RedisChoice = 'single' | 'cluster' | { readonly url: string };

/** The Redis of a cluster of nodes. Disposing it ends what was started for it. */
export interface ClusterRedis extends AsyncDisposable {
  /** Value for `REDIS_URL`. */
  readonly url: string;
  /** The servers behind the url, to be frozen or killed; none for a url of the caller's. */
  readonly servers: readonly RedisServer[];
}

/** Errors as `startRedis` and `startRedisCluster`. */
export async function startClusterRedis(choice: RedisChoice): Promise<ClusterRedis> {
  if (choice === 'single') {
    const server = await startRedis();
    return {
      url: server.url,
      servers: [server],
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  }
  if (choice === 'cluster') {
    const cluster = await startRedisCluster();
    return {
      url: cluster.url,
      servers: cluster.masters,
      [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
    };
  }
  return { url: choice.url, servers: [], [Symbol.asyncDispose]: async () => undefined };
}
