import type { AddressInfo } from 'node:net';
import { Core, type State } from '@switchboard/core';
import { MemoryBackend } from '@switchboard/state-memory';
import { connectRedisState } from '@switchboard/state-redis';
import { createHandshakeAuthentication } from './auth/handshake-authentication.ts';
import { Logins } from './auth/logins.ts';
import { TokenIssuer } from './auth/token-issuer.ts';
import { TokenVerifier } from './auth/token-verifier.ts';
import type { Config } from './config.ts';
import { describeNode } from './http/node-facts.ts';
import { createOpsServer } from './http/ops-server.ts';
import { createPublicServer } from './http/public-server.ts';
import { ConfiguredIceServers } from './ice/configured-ice-servers.ts';
import { ConnectionLimits } from './limits/connection-limits.ts';
import { createCoreObserver } from './observability/core-observer.ts';
import type { Logger } from './observability/logger.ts';
import { Metrics } from './observability/metrics/metrics.ts';
import { createRedisObserver } from './observability/redis-observer.ts';
import { Connections } from './transport/connection.ts';
import { Shedder } from './transport/shed.ts';
import { createSocketServer } from './transport/socket-server.ts';
import { createTongues } from './transport/tongues.ts';
import { Turns } from './turns.ts';

export interface RunningNode {
  readonly port: number;
  readonly opsPort: number;
  /**
   * Moves all clients elsewhere and takes no new ones: the node is not ready any more, and stays so
   * until it is stopped. Asked again, it does nothing more.
   */
  drain(): Promise<void>;
  /** Drains, and then stops in the reverse order of the start. */
  close(): Promise<void>;
}

/**
 * The composition root: makes one node out of its parts and starts it. It is subscribed to its
 * channel before it takes its first connection.
 */
export async function startNode(
  config: Config,
  { logger, onUsurped }: { logger: Logger; onUsurped: () => void },
): Promise<RunningNode> {
  const metrics = new Metrics();
  const turns = new Turns(config.coalesceMs);
  const state = await connectState(config, { metrics, logger, turns });
  const { jwtSecret, internalSecret } = config.auth;
  const tokenIssuer = jwtSecret ? new TokenIssuer({ ...config.auth, jwtSecret }) : null;
  const authenticator = new TokenVerifier(config.auth);
  const iceServers = new ConfiguredIceServers(config.ice);
  const core = new Core({
    node: config.nodeId,
    state,
    authenticator,
    iceServers,
    observer: createCoreObserver(metrics, logger, turns),
    onUsurped,
    onDrainAsked: () => {
      logger.info('an operator has asked this node to drain');
      drain().catch((error: unknown) => logger.error({ err: error }, 'the drain has failed'));
    },
    settings: {
      defaultRoomCapacity: config.roomCapacity,
      maxRoomsPerSession: config.maxRoomsPerSession,
      commandRate: { perSecond: config.commandsPerSecond, burst: 2 * config.commandsPerSecond },
    },
  });
  const authenticate = createHandshakeAuthentication({
    mode: config.auth.mode,
    authenticator,
    trustedOrigins: config.corsOrigins,
  });
  const logins = new Logins(config.users);
  const { directory } = core;
  const facts = describeNode(config, () => portOf(http.server.address()));
  const limits = new ConnectionLimits({
    config: config.limits,
    metrics: metrics.limits,
    onUntrusted: () => {
      logger.warn('a load balancer that TRUST_PROXY does not name: its clients share one limit');
    },
  });
  const admit = limits.admitRequest.bind(limits);
  const http = await createPublicServer(config, logger, {
    v1: {
      ...{ directory, authenticator, iceServers, tokenIssuer, internalSecret, admit },
      isOpen: config.auth.mode === 'open',
    },
    dialects: {
      root: config.rootDialect,
      admit,
      access: { authenticate, internalSecret, isDevelopment: config.environment === 'development' },
      api: {
        directory,
        tokenVerifier: authenticator,
        tokenIssuer,
        node: facts,
        clientBaseUrl: () => config.clientBaseUrl ?? `http://localhost:${facts.port}`,
        sfuNodes: config.sfuNodes,
        logins,
      },
    },
  });
  await http.ready();
  const sockets = createSocketServer(http.server, config, {
    isResumable: async ({ peerId, secretDigest }) => {
      const isResumable = await core.isResumable(peerId, secretDigest);
      if (!isResumable) metrics.sessions.resumes.inc({ outcome: 'unknown' });
      return isResumable;
    },
    limits,
    onRefused: (code) => metrics.clients.refused.inc({ code }),
  });
  const outboundLimits = { messages: config.outboundMessages, bytes: config.outboundBytes };
  const connections = new Connections({
    ...{ core, authenticate, limits, metrics, logger, outboundLimits },
    turns,
  });
  const shedder = new Shedder({
    connections,
    meanLoad: () => (state.isAvailable() ? core.meanLoad : undefined),
    percent: config.shedPercent,
    tolerancePercent: config.shedTolerancePercent,
    onShed: (count) => metrics.clients.shed.inc(count),
  });
  let isServing = false;
  let draining: Promise<void> | undefined;
  const drain = () => {
    draining ??= moveClients();
    return draining;
  };
  const moveClients = async () => {
    core.markDraining();
    shedder.close();
    sockets.refuse();
    await connections.drain({
      noticeMs: config.drainNoticeMs,
      deadlineMs: config.drainDeadlineMs,
    });
  };
  const isReady = () => isServing && !draining && state.isAvailable();
  const ops = createOpsServer(metrics, isReady);
  metrics.observe({
    census: () => core.census(),
    queues: () => connections.outboundQueues(),
    clockErrorMs: () => state.clock.errorMs,
    isReady,
    isStateAvailable: () => state.isAvailable(),
  });

  await core.open();
  const speech = { core, metrics, logger, users: logins.known };
  for (const [name, choose] of createTongues(speech, config.rootDialect)) {
    connections.accept(sockets.namespace(name), choose);
  }
  await ops.listen({ host: config.host, port: config.opsPort });
  await http.listen({ host: config.host, port: config.port });
  isServing = true;
  // Another node may have handed the wish on while this one was starting.
  if (!draining) shedder.open();
  limits.open();

  return {
    port: portOf(http.server.address()),
    opsPort: portOf(ops.server.address()),
    drain,
    close: async () => {
      limits.close();
      await drain();
      await sockets.close();
      await connections.settled();
      await core.close();
      await state.close();
      await http.close();
      await ops.close();
    },
  };
}

async function connectState(
  config: Config,
  { metrics, logger, turns }: { metrics: Metrics; logger: Logger; turns: Turns },
): Promise<State> {
  if (!config.redis) return new MemoryBackend().connect(config.nodeId);
  const onError = (error: unknown) => {
    metrics.state.errors.inc();
    logger.warn({ err: error }, 'trouble with Redis');
  };
  const observer = createRedisObserver(metrics);
  return connectRedisState({
    ...{ ...config.redis, node: config.nodeId, onError, observer },
    atTurnEnd: (flush) => turns.add({ flush }),
  });
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address ? address.port : 0;
