import { randomBytes } from 'node:crypto';
import { type Balancer, startBalancer } from './balancer.ts';
import { type ClusterRedis, type RedisChoice, startClusterRedis } from './cluster-redis.ts';
import { freePort } from './free-port.ts';
import { type NodeProcess, startNode } from './node-process.ts';
import type { ProcessExit } from './process/guarded-process.ts';
import { startAll } from './process/start-all.ts';

export interface ClusterOptions {
  /** Default 3; at most 8 with a balancer. They are named n1, n2, … */
  readonly nodes?: number;
  /** Default `'single'`. */
  readonly redis?: RedisChoice;
  /** HAProxy before the nodes. Default true; an object chooses its address (127.0.0.1, a free port). */
  readonly balancer?: boolean | { readonly host?: string; readonly port?: number };
  /** Variables for every node, over the defaults of a test cluster. */
  readonly env?: Readonly<Record<string, string>>;
  /** Program to run as a node instead of the signaling service. */
  readonly entry?: string;
  /** Called with each line that a part writes: n1, n2, … or haproxy. */
  readonly onLine?: (part: string, line: string) => void;
}

/** Nodes on one Redis, behind one address. Disposing it ends them, last started first; nodes that do
 * not stop within 10 s are killed. */
export interface Cluster extends AsyncDisposable {
  /** `https://localhost:PORT` of the balancer; without one, the first node's url. */
  readonly url: string;
  /** What a client must trust (`ca`, PEM) to speak to `url`; undefined without a balancer. */
  readonly certificate: string | undefined;
  readonly nodes: readonly NodeProcess[];
  readonly balancer: Balancer | undefined;
  readonly redis: ClusterRedis;
  /** `KEY_PREFIX` of its nodes: no two clusters share a key, whatever Redis they share. */
  readonly keyPrefix: string;
  /** The node of that name. Throws RangeError when there is none. */
  node(nodeId: string): NodeProcess;
  /** Resolves with the first of its processes that ends, for whatever reason. */
  readonly firstExit: Promise<PartExit>;
}

/** The end of one of a cluster's processes. */
export interface PartExit {
  /** n1, n2, …, haproxy or redis. */
  readonly part: string;
  readonly exit: ProcessExit;
}

/**
 * Starts Redis, then all nodes at once, then the balancer.
 *
 * @throws {Error} when a part does not start, after ending those that did.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  await using started = new AsyncDisposableStack();
  const redis = started.use(await startClusterRedis(options.redis ?? 'single'));
  const keyPrefix = `t${randomBytes(6).toString('hex')}`;
  const address = await balancerAddress(options.balancer ?? true);
  const env = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    REDIS_URL: redis.url,
    KEY_PREFIX: keyPrefix,
    ...(address ? { CLIENT_BASE_URL: `https://localhost:${address.port}` } : {}),
    ...options.env,
  };
  const nodes = await startNodes({ ...options, env }, started);
  const balancer =
    address && (await startBalancer({ ...address, nodes, onLine: sink(options, 'haproxy') }));
  if (balancer) started.use(balancer);

  const resources = started.move();
  return {
    ...{ redis, keyPrefix, nodes, balancer },
    url: balancer?.url ?? nodes[0]?.url ?? '',
    certificate: balancer?.certificate,
    node: (nodeId) => nodeNamed(nodes, nodeId),
    firstExit: Promise.race([
      ...redis.servers.map((server) => partExit('redis', server)),
      ...nodes.map((node) => partExit(node.nodeId, node)),
      ...(balancer ? [partExit('haproxy', balancer)] : []),
    ]),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface Address {
  readonly host: string;
  readonly port: number;
}

async function balancerAddress(balancer: boolean | Partial<Address>): Promise<Address | undefined> {
  if (balancer === false) return undefined;
  const { host = '127.0.0.1', port } = balancer === true ? {} : balancer;
  return { host, port: port ?? (await freePort()) };
}

async function startNodes(
  options: ClusterOptions,
  started: AsyncDisposableStack,
): Promise<readonly NodeProcess[]> {
  const { nodes: count = 3, env = {}, entry } = options;
  const starts = Array.from({ length: count }, (_, index) => {
    const nodeId = `n${index + 1}`;
    return startNode({ nodeId, env, entry, onLine: sink(options, nodeId) });
  });
  return startAll(starts, started);
}

function sink({ onLine }: ClusterOptions, part: string): ((line: string) => void) | undefined {
  return onLine && ((line) => onLine(part, line));
}

function nodeNamed(nodes: readonly NodeProcess[], nodeId: string): NodeProcess {
  const found = nodes.find((node) => node.nodeId === nodeId);
  if (found === undefined) throw new RangeError(`the cluster has no node ${nodeId}`);
  return found;
}

async function partExit(
  part: string,
  { exited }: { readonly exited: Promise<ProcessExit> },
): Promise<PartExit> {
  return { part, exit: await exited };
}
