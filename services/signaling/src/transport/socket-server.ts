import type { Server as HttpServer } from 'node:http';
import { randomId, type Session } from '@switchboard/core';
import { type ErrorCode, limits } from '@switchboard/protocol';
import { type DefaultEventsMap, type Namespace, Server, type Socket } from 'socket.io';
import type { Config } from '../config.ts';
import type { ConnectionLimits, Quota } from '../limits/connection-limits.ts';
import { createRecoveryAdapter, type IsResumable, type Recovery } from './recovery-adapter.ts';
import type { Tongue } from './tongue.ts';

/** What is known of a socket before it is connected. */
export interface SocketData extends Recovery {
  session?: Session;
  /** The protocol that it is spoken to in. */
  tongue?: Tongue;
  /** What it may send, together with others; there while it is connected. */
  quota?: Quota;
}

/** What is said over it is typed by the protocol that speaks over it, and not here. */
type AnyEvents = DefaultEventsMap;
export type ClientNamespace = Namespace<AnyEvents, AnyEvents, AnyEvents, SocketData>;
export type ClientSocket = Socket<AnyEvents, AnyEvents, AnyEvents, SocketData>;

export interface SocketServer {
  namespace(name: string): ClientNamespace;
  /** From here on new clients are sent away, to try elsewhere. */
  refuse(): void;
  /** Closes every connection, so that clients reconnect by themselves, and takes no new one. */
  close(): Promise<void>;
}

export interface SocketServerDependencies {
  readonly isResumable: IsResumable;
  readonly limits: ConnectionLimits;
  /** A connection was not let begin. */
  readonly onRefused: (code: ErrorCode) => void;
}

/** Socket.IO on the public HTTP server. */
export function createSocketServer(
  http: HttpServer,
  config: Config,
  { isResumable, limits: connectionLimits, onRefused }: SocketServerDependencies,
): SocketServer {
  let isRefusing = false;
  const io = new Server(http, {
    allowRequest: (request, decide) => {
      const refusal = isRefusing ? null : connectionLimits.refusalOf(request);
      if (refusal) onRefused(refusal);
      decide(isRefusing ? 'draining' : refusal, !isRefusing && refusal === null);
    },
    adapter: createRecoveryAdapter(isResumable),
    // Who a client is has to be known before it is given a session.
    connectionStateRecovery: { skipMiddlewares: false },
    cors: { origin: config.corsOrigins.includes('*') ? '*' : [...config.corsOrigins] },
    maxHttpBufferSize: limits.messageBytes,
    pingInterval: config.pingIntervalMs,
    pingTimeout: config.pingTimeoutMs,
    connectTimeout: 10_000,
  });
  // A load balancer finds the node of a polling client by what stands before the dot.
  io.engine.generateId = () => `${config.nodeId}.${randomId()}${randomId()}`;
  // One that does not know nodes by their names learns here which one that is.
  io.engine.on('initial_headers', (headers: Record<string, string>) => {
    headers['X-Switchboard-Node'] = config.nodeId;
  });
  io.engine.on('connection', (connection: Socket['conn']) => {
    connection.once('close', connectionLimits.hold(connection.request));
  });
  return {
    namespace: (name) => io.of(name),
    refuse: () => {
      isRefusing = true;
    },
    close: async () => {
      // The transport, and not the socket: a client that is disconnected stays away.
      io.engine.close();
      await io.close();
    },
  };
}
