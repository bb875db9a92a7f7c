import type { Core, Outlet, Session } from '@switchboard/core';
import { SignalingError } from '@switchboard/protocol';
import type { AuthenticateHandshake } from '../auth/handshake-authentication.ts';
import type { ConnectionLimits } from '../limits/connection-limits.ts';
import type { Logger } from '../observability/logger.ts';
import type { DisconnectReason, OutboundQueues } from '../observability/metrics/client-metrics.ts';
import type { Metrics } from '../observability/metrics/metrics.ts';
import type { Turns } from '../turns.ts';
import { admit } from './admission.ts';
import { DirectLines } from './direct/direct-lines.ts';
import { type DrainableConnection, type DrainOptions, drain } from './drain.ts';
import { emitTo } from './emit-to.ts';
import { measureResume } from './measure-resume.ts';
import { offsetOf } from './recovery-adapter.ts';
import { type OutboundLimits, SocketOutlet } from './socket-outlet.ts';
import type { ClientNamespace, ClientSocket } from './socket-server.ts';
import type { Tongue } from './tongue.ts';

export interface ConnectionDependencies {
  readonly core: Core;
  readonly authenticate: AuthenticateHandshake;
  readonly limits: ConnectionLimits;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly outboundLimits: OutboundLimits;
  readonly turns: Turns;
}

/** Socket.IO's reasons as the metric names them: a closed list. */
const disconnectReasons: ReadonlyMap<string, DisconnectReason> = new Map([
  ['client namespace disconnect', 'goodbye'],
  ['server namespace disconnect', 'session_ended'],
  ['ping timeout', 'ping_timeout'],
  ['transport close', 'transport_lost'],
  ['transport error', 'transport_lost'],
  ['forced close', 'closed_by_node'],
  ['forced server close', 'closed_by_node'],
  ['server shutting down', 'closed_by_node'],
]);

const nameOf = (reason: string): DisconnectReason => disconnectReasons.get(reason) ?? 'other';

interface OpenConnection extends DrainableConnection {
  readonly outlet: SocketOutlet;
}

/** Ties sockets to sessions, from their first to their last moment. */
export class Connections {
  readonly #dependencies: ConnectionDependencies;
  /** What is still being written down of connections that are gone. */
  readonly #closing = new Set<Promise<void>>();
  readonly #open = new Set<OpenConnection>();
  readonly #lines: DirectLines;
  #isDrained = false;

  constructor(dependencies: ConnectionDependencies) {
    this.#dependencies = dependencies;
    this.#lines = new DirectLines(dependencies.turns);
  }

  /**
   * @param choose the protocol for a client.
   * @throws SignalingError (`choose`) for one that asks for a protocol that there is not.
   */
  accept(namespace: ClientNamespace, choose: (socket: ClientSocket) => Tongue): void {
    namespace.use((socket, next) => {
      this.#admit(socket, choose).then(
        () => next(),
        (error: unknown) => next(this.#refuse(error)),
      );
    });
    namespace.on('connection', (socket) => this.#connect(socket));
  }

  /** Moves all clients to other nodes; see `drain`. */
  async drain(options: DrainOptions): Promise<void> {
    await drain(this.#dependencies.core, this.#open, options);
    // Whoever was on the way in all the while.
    this.#isDrained = true;
    for (const connection of [...this.#open]) connection.leave();
  }

  /** Looks at every connection. */
  outboundQueues(): OutboundQueues {
    const lengths = Array.from(this.#open, ({ outlet }) => outlet.queueLength);
    return {
      messages: lengths.reduce((sum, length) => sum + length, 0),
      longest: lengths.reduce((longest, length) => Math.max(longest, length), 0),
    };
  }

  get count(): number {
    return this.#open.size;
  }

  /** Closes those that have been open for longest, so that their clients resume elsewhere. */
  shed(count: number): void {
    for (const connection of [...this.#open].slice(0, count)) connection.leave();
  }

  /** Resolves when all that is to be written down of connections that are gone has been. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  async #admit(socket: ClientSocket, choose: (socket: ClientSocket) => Tongue): Promise<void> {
    const { core, authenticate, limits, logger, metrics } = this.#dependencies;
    const tongue = choose(socket);
    const enter = () => admit({ core, authenticate, limits }, socket, tongue);
    const admission = await (socket.data.resume ? measureResume(metrics, enter) : enter());
    if (admission.kind === 'later') {
      socket.conn.close();
      return;
    }
    const { session } = admission;
    socket.data = { ...socket.data, session, tongue };
    logger.debug({ session: session.peerId }, `session ${admission.kind}`);
    // A connection that is lost before it is complete makes no `disconnect` event.
    socket.conn.once('close', () => {
      if (!socket.connected && socket.data.session) this.#lose(session, null);
    });
    if (socket.conn.readyState !== 'open') this.#lose(session, null);
  }

  #connect(socket: ClientSocket): void {
    const { session, tongue, recalled } = socket.data;
    if (!session || !tongue) return;
    const { metrics, logger, outboundLimits } = this.#dependencies;
    const { peerId } = session;
    metrics.clients.connections.inc();
    const quota = this.#dependencies.limits.enter(socket.request, session.principal);
    socket.data.quota = quota;
    const line = this.#lines.of(socket);
    const conversation = tongue.begin(socket, session);
    line.listen((name, args) => conversation.receive(name, args));
    socket.on('disconnect', (reason) => {
      metrics.clients.connections.dec();
      metrics.clients.disconnects.inc({ reason: line.isEnded ? 'closed_by_node' : nameOf(reason) });
      quota.leave();
      this.#open.delete(connection);
      logger.debug({ session: peerId, reason }, 'connection lost');
      if (reason === 'client namespace disconnect') this.#end(session, outlet);
      else this.#lose(session, outlet);
    });
    const welcome = { peerId, resumed: socket.recovered, capabilities: [] };
    emitTo(socket, 'welcome', welcome, offsetOf(session, recalled));
    const onOverflow = () => {
      metrics.clients.slow.inc();
      logger.debug({ session: peerId }, 'the client does not read, its connection is closed');
    };
    const limits = outboundLimits;
    const outlet = new SocketOutlet(socket, conversation, { line, limits, onOverflow });
    const leave = () => {
      this.#open.delete(connection);
      line.end();
      // What comes for it from now on is kept, for the node that it moves to.
      this.#lose(session, outlet);
    };
    const connection = { session, outlet, leave };
    this.#open.add(connection);
    session.attach(outlet);
    conversation.begin?.();
    if (this.#isDrained) connection.leave();
  }

  /** Socket.IO sends the client the message and `data` of an error that a middleware hands on. */
  #refuse(error: unknown): Error {
    const { metrics, logger } = this.#dependencies;
    const refusal = error instanceof SignalingError ? error : new SignalingError('internal');
    if (refusal === error) logger.debug({ code: refusal.code }, 'a connection was refused');
    else logger.error({ err: error }, 'a connection could not be admitted');
    metrics.clients.refused.inc({ code: refusal.code });
    return Object.assign(new Error(refusal.code), { data: refusal.toBody() });
  }

  #lose(session: Session, outlet: Outlet | null): void {
    this.#finish(this.#dependencies.core.connectionLost(session, outlet));
  }

  #end(session: Session, outlet: Outlet): void {
    this.#finish(this.#dependencies.core.endSession(session, outlet));
  }

  #finish(work: Promise<void>): void {
    const { logger } = this.#dependencies;
    const closing = work
      .catch((error: unknown) => logger.error({ err: error }, 'closing a session failed'))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
