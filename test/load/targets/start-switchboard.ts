import { startCluster, startNode, startRedis } from '@switchboard/testkit';
import type { RunningTarget } from './target.ts';

/** As in production, but open to all, and in no hurry to move clients, which have been placed. */
export const nodeEnv = {
  NODE_ENV: 'production',
  AUTH_MODE: 'open',
  LOG_LEVEL: 'warn',
  SHED_PERCENT: '0',
  DRAIN_NOTICE_MS: '0',
  DRAIN_DEADLINE_MS: '0',
  // For profiles: `TARGET_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=…' npm run bench`.
  ...(process.env['TARGET_NODE_OPTIONS'] && { NODE_OPTIONS: process.env['TARGET_NODE_OPTIONS'] }),
};

/** Switchboard on a Redis of its own, clients straight at its nodes. */
export async function startSwitchboard(count: number): Promise<RunningTarget> {
  await using started = new AsyncDisposableStack();
  const redis = started.use(await startRedis({ own: true }));
  const { nodes } = started.use(
    await startCluster({ nodes: count, redis: { url: redis.url }, balancer: false, env: nodeEnv }),
  );
  const resources = started.move();
  return {
    nodes,
    redisUrl: redis.url,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** One node with its state in memory: the embedded default. */
export async function startEmbedded(): Promise<RunningTarget> {
  const node = await startNode({ nodeId: 'n1', env: nodeEnv });
  return {
    nodes: [node],
    redisUrl: null,
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}
