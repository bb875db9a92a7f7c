import {
  freePort,
  pinnedNode,
  repositoryPath,
  spawnGuarded,
  startRedis,
} from '@switchboard/testkit';
import type { RunningTarget, TargetNode } from './target.ts';

export interface PeerOptions {
  /** A program in `test/load/peers`, which says `ready`. */
  readonly program: string;
  readonly nodes: number;
  /** Which Redis adapter of Socket.IO it is to use. */
  readonly adapter?: 'classic' | 'sharded';
}

const readyWithinMs = 15_000;

/**
 * Starts one of the programs that Switchboard is compared with, so many times, on one Redis if
 * it wants one.
 */
export async function startPeer({ program, nodes, adapter }: PeerOptions): Promise<RunningTarget> {
  await using started = new AsyncDisposableStack();
  const redis = adapter ? started.use(await startRedis({ own: true })) : null;
  const env = {
    NODE_ENV: 'production',
    ...(adapter && { ADAPTER: adapter }),
    ...(redis && { REDIS_URL: redis.url }),
  };
  const processes: TargetNode[] = [];
  for (let index = 0; index < nodes; index++) processes.push(await startOne(program, env, started));
  const resources = started.move();
  return {
    nodes: processes,
    redisUrl: redis?.url ?? null,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function startOne(
  program: string,
  env: Readonly<Record<string, string>>,
  started: AsyncDisposableStack,
): Promise<TargetNode> {
  const port = await freePort();
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const child = started.use(
    spawnGuarded({
      command: pinnedNode(),
      args: [repositoryPath(`test/load/peers/${program}`)],
      env: { ...env, PORT: `${port}` },
      onLine: (line) => line === 'ready' && resolve(),
    }),
  );
  const fail = () => reject(new Error(`${program} did not start: ${child.logs()}`));
  const timer = setTimeout(fail, readyWithinMs);
  void child.exited.then(fail);
  await ready.finally(() => clearTimeout(timer));
  return { pid: child.pid, port };
}
