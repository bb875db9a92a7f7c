import type { Core, Session } from '@switchboard/core';
import { defaultTenant, PeerId } from '@switchboard/protocol';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { receive } from './receive.ts';
import type { CanonicalNamespace, CanonicalSocket } from './socket-server.ts';

export interface ConnectionDependencies {
  readonly core: Core;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Ties sockets to sessions, from their first to their last moment. */
export class Connections {
  readonly #dependencies: ConnectionDependencies;
  /** Sessions whose goodbye is still under way. */
  readonly #closing = new Set<Promise<void>>();

  constructor(dependencies: ConnectionDependencies) {
    this.#dependencies = dependencies;
  }

  accept(namespace: CanonicalNamespace): void {
    namespace.on('connection', (socket) => this.#open(socket));
  }

  /** Resolves when every session that has ended has left its rooms, or tried to. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #open(socket: CanonicalSocket): void {
    const { core, metrics, logger } = this.#dependencies;
    const peerId = PeerId.parse(socket.id);
    const session = core.openSession(peerId, { tenant: defaultTenant });
    metrics.connections.inc();
    logger.debug({ session: peerId }, 'session opened');
    const context = { ...this.#dependencies, socket, session };
    socket.onAny((name: string, ...args: unknown[]) => receive(context, name, args));
    socket.on('disconnect', (reason) => {
      metrics.connections.dec();
      logger.debug({ session: peerId, reason }, 'session closed');
      this.#close(session);
    });
    socket.emit('welcome', { peerId, capabilities: [] });
  }

  #close(session: Session): void {
    const { core, logger } = this.#dependencies;
    const closing = core
      .closeSession(session)
      .catch((error: unknown) => logger.error({ err: error }, 'closing a session failed'))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
