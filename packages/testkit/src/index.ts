/** Processes for tests: start a Redis, a node, a balancer, a cluster, a browser, and be sure they end. */
export {
  type BalancedNode,
  type Balancer,
  type BalancerOptions,
  startBalancer,
} from './balancer.ts';
export { type BrowserOptions, startBrowser, type TestBrowser } from './browser.ts';
export { type Certificate, makeCertificate } from './certificate.ts';
export { type Cluster, type ClusterOptions, type PartExit, startCluster } from './cluster.ts';
export type { ClusterRedis, RedisChoice } from './cluster-redis.ts';
export {
  executable,
  findExecutable,
  installExecutable,
  type ToolName,
  toolNames,
} from './executables.ts';
export { freePort } from './free-port.ts';
export { httpStatus } from './http-status.ts';
export type { FlowMode, TcpFlow } from './network/tcp-flow.ts';
export {
  type FlowDirection,
  type ProxiedConnection,
  startTcpProxy,
  type TcpProxy,
} from './network/tcp-proxy.ts';
export {
  type NodeOptions,
  type NodeProcess,
  type RunOptions,
  type RunResult,
  runToExit,
  startNode,
} from './node-process.ts';
export { prepareMachine } from './prepare-machine.ts';
export {
  type GuardedProcess,
  type GuardedProcessOptions,
  type ProcessExit,
  spawnGuarded,
} from './process/guarded-process.ts';
export { pinnedNode } from './process/pinned-node.ts';
export {
  type PrometheusRule,
  type PrometheusSample,
  type PrometheusServer,
  startPrometheus,
} from './prometheus.ts';
export {
  type RedisCluster,
  type RedisClusterOptions,
  startRedisCluster,
} from './redis/redis-cluster.ts';
export {
  type RedisSentinel,
  type RedisSentinelOptions,
  startRedisSentinel,
} from './redis/redis-sentinel.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis/redis-server.ts';
export { repositoryPath, repositoryRoot } from './repository.ts';
export { startTurnServer, type TurnServer, type TurnServerOptions } from './turn-server.ts';
export { type WaitOptions, waitUntil } from './wait-until.ts';
