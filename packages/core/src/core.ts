import {
  type CommandInput,
  type CommandName,
  type CommandResult,
  type NodeId,
  type PeerId,
  type RoomId,
  SignalingError,
} from '@switchboard/protocol';
import { assemble, type CoreDependencies, type Directory, type Parts } from './assemble.ts';
import { authorize } from './authorize.ts';
import { type Census, takeCensus } from './census.ts';
import { handlers } from './commands/index.ts';
import type { NodeMessage } from './ports/bus.ts';
import type { Outlet } from './ports/outlet.ts';
import type { NodeReport } from './ports/session-store.ts';
import type { State } from './ports/state.ts';
import type { Session } from './session.ts';
import type { SessionRequest } from './session-lifecycle.ts';
import type { ResumeOutcome, ResumeRequest } from './session-resume.ts';

/**
 * The rules of one node: what sessions may ask for, and what others learn of it. It knows
 * neither how clients are connected nor where state is kept.
 */
export class Core {
  /** What servers and operators may have done, with no session; who may is not asked here. */
  readonly directory: Directory;
  readonly #state: State;
  readonly #node: NodeId;
  readonly #parts: Parts;
  readonly #onDrainAsked: () => void;
  readonly #startedAt = Date.now();
  #drainingSince: number | null = null;

  constructor(dependencies: CoreDependencies) {
    this.#node = dependencies.node;
    this.#state = dependencies.state;
    this.#onDrainAsked = dependencies.onDrainAsked;
    this.#parts = assemble(dependencies, () => this.#report());
    this.directory = this.#parts.directory;
  }

  /** Resolves once nothing that concerns this node can be missed any more. */
  async open(): Promise<void> {
    await this.#state.bus.open({
      onMessage: (message) => this.#onMessage(message),
      onUndelivered: (message) => this.#onUndelivered(message),
      onRoomEvent: (event) => this.#parts.localRooms.accept(event),
      onFenced: (fence) => this.#parts.resume.fence(fence),
      onCallChanged: (event) => this.#parts.localCalls.learn(event),
      onPresenceChanged: (standing) => this.#parts.watching.hear(standing),
      onGap: () => this.#onGap(),
    });
    await this.#parts.heartbeat.open();
    this.#parts.expiry.open();
  }

  get sessionCount(): number {
    return this.#parts.sessions.size;
  }

  /** The mean number of connections of nodes that take new ones; undefined while nobody can say. */
  get meanLoad(): number | undefined {
    return this.#parts.heartbeat.meanLoad;
  }

  /** Rooms that sessions of this node are in. */
  get roomCount(): number {
    return this.#parts.localRooms.size;
  }

  /** What this node holds, and how it stands with the others. Counting takes a moment. */
  census(): Census {
    return takeCensus({ node: this.#node, ...this.#parts });
  }

  /** From here on the other nodes are told that this one moves its clients elsewhere. */
  markDraining(): void {
    this.#drainingSince ??= Date.now();
  }

  /** A new session; it has no connection until one is attached to it. */
  openSession(request: SessionRequest): Promise<Session> {
    return this.#parts.lifecycle.open(request);
  }

  /** Whether a resume could succeed. @throws SignalingError `unavailable` */
  async isResumable(peerId: PeerId, secretDigest: string): Promise<boolean> {
    const local = this.#parts.sessions.get(peerId);
    if (local?.record.secretDigest === secretDigest) return true;
    return this.#state.sessions.isResumable(peerId, secretDigest);
  }

  /** See `SessionResume.resume`. @throws SignalingError `unavailable` */
  resumeSession(request: ResumeRequest): Promise<ResumeOutcome> {
    return this.#parts.resume.resume(request);
  }

  /**
   * A connection of a session is gone, and may come back.
   *
   * @param outlet that of the connection, or null for one that came to nothing: nothing happens
   * if the session has another connection by now.
   */
  connectionLost(session: Session, outlet: Outlet | null = session.outlet): Promise<void> {
    return this.#parts.lifecycle.connectionLost(session, outlet);
  }

  /** The client of a session has said goodbye on that connection; see `connectionLost`. */
  endSession(session: Session, outlet: Outlet | null = session.outlet): Promise<void> {
    return this.#parts.lifecycle.end(session, 'goodbye', outlet);
  }

  /**
   * To be asked for every message of a session before it is handled: a process that wakes from a
   * freeze lets go of its sessions first, and of one that it has let go of nothing is handled that
   * was on its way.
   */
  mayHandle(session: Session): boolean {
    return this.#parts.heartbeat.checkAwake() && !session.isClosed;
  }

  /**
   * Takes a token for one message of a session.
   *
   * @throws SignalingError `rate_limited`
   */
  admitMessage(session: Session): void {
    const waitMs = session.bucket.take(performance.now());
    if (waitMs > 0) throw new SignalingError('rate_limited', { retryAfterMs: waitMs });
  }

  /**
   * Carries out a command that has been parsed, if its session may have it carried out.
   *
   * @throws SignalingError for what the client is to be told; anything else is a bug.
   */
  execute<K extends CommandName>(
    session: Session,
    command: { name: K; input: CommandInput<K>; reply: (result: CommandResult<K>) => void },
  ): void | Promise<void> {
    const isLedTo = (room: RoomId) => this.#parts.localCalls.leadsTo(session, room);
    authorize(session.principal, { ...command, isLedTo });
    return handlers[command.name](this.#parts.context, session, command);
  }

  async close(): Promise<void> {
    this.#parts.expiry.close();
    this.#parts.lifecycle.close();
    this.#parts.localRooms.close();
    await this.#parts.heartbeat.close();
  }

  #report(): NodeReport {
    return {
      connections: this.#parts.sessions.connectedCount,
      rooms: this.#parts.localRooms.size,
      startedAt: this.#startedAt,
      drainingSince: this.#drainingSince,
    };
  }

  #onGap(): void {
    this.#parts.heartbeat.disturb();
    this.#parts.reconciler.requestAll();
    this.#parts.localRooms.resyncAll();
    this.#parts.localCalls.doubt();
    this.#parts.watching.doubt();
  }

  #onMessage(message: NodeMessage): void {
    if (!this.#parts.heartbeat.checkAwake()) return;
    switch (message.type) {
      case 'signal':
        this.#parts.context.signals.receive(message.signal);
        return;
      case 'not-here':
        this.#parts.context.signals.retry(message.signal, message.node);
        return;
      case 'relay':
        this.#parts.context.relays.receive(message.relay);
        return;
      case 'relay-not-here':
        this.#parts.context.relays.retry(message.relay, message.node);
        return;
      case 'flush':
        // Whoever asks has heard of the claim, of which this node may have yet to hear.
        this.#parts.resume.fence(message);
        this.#parts.detours.confirm(message);
        return;
      case 'flushed':
        this.#parts.detours.flushed(message.room, message.peerId, message.node);
        return;
      case 'handover':
        this.#parts.resume.receiveHandover(message);
        return;
      case 'drain':
        this.#onDrainAsked();
    }
  }

  /** Of answers to others, and of what was kept for a session that has moved, nobody here waits for news. */
  #onUndelivered(message: NodeMessage): void {
    if (message.type === 'signal') this.#parts.context.signals.undelivered(message.signal);
    else if (message.type === 'relay') this.#parts.context.relays.undelivered(message.relay);
  }
}
