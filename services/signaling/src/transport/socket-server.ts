import type { Server as HttpServer } from 'node:http';
import { randomId } from '@switchboard/core';
import {
  type ClientToServerEvents,
  limits,
  namespace,
  type ServerToClientEvents,
} from '@switchboard/protocol';
import { type Namespace, Server, type Socket } from 'socket.io';
import type { Config } from '../config.ts';

export type CanonicalNamespace = Namespace<ClientToServerEvents, ServerToClientEvents>;
export type CanonicalSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

export interface SocketServer {
  readonly canonical: CanonicalNamespace;
  /** Closes every connection, so that clients reconnect by themselves, and takes no new one. */
  close(): Promise<void>;
}

/** Socket.IO on the public HTTP server. */
export function createSocketServer(http: HttpServer, config: Config): SocketServer {
  const io = new Server(http, {
    cors: { origin: [...config.corsOrigins].includes('*') ? '*' : [...config.corsOrigins] },
    maxHttpBufferSize: limits.messageBytes,
    pingInterval: config.pingIntervalMs,
    pingTimeout: config.pingTimeoutMs,
    connectTimeout: 10_000,
  });
  // A load balancer finds the node of a polling client by what stands before the dot.
  io.engine.generateId = () => `${config.nodeId}.${randomId()}${randomId()}`;
  return {
    canonical: io.of(namespace),
    close: async () => {
      // The transport, and not the socket: a client that is disconnected stays away.
      io.engine.close();
      await io.close();
    },
  };
}
