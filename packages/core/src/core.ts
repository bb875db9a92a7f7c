import {
  type CommandInput,
  type CommandName,
  type CommandResult,
  type NodeId,
  type PeerId,
  type RoomId,
  SignalingError,
} from '@switchboard/protocol';
import { Arrivals } from './arrivals.ts';
import { authorize } from './authorize.ts';
import { CallDirectory } from './calls/call-directory.ts';
import { Calls } from './calls/calls.ts';
import { LocalCalls } from './calls/local-calls.ts';
import { type Census, takeCensus } from './census.ts';
import type { CommandContext } from './commands/context.ts';
import { handlers } from './commands/index.ts';
import { Detours } from './detours.ts';
import { Endings } from './endings.ts';
import { Expiry } from './expiry.ts';
import { Heartbeat } from './heartbeat.ts';
import { LocalRooms } from './local-rooms.ts';
import { Memberships } from './memberships.ts';
import { NodeDirectory } from './node-directory.ts';
import type { Authenticator } from './ports/authenticator.ts';
import type { NodeMessage } from './ports/bus.ts';
import type { IceServers } from './ports/ice-servers.ts';
import type { Observer } from './ports/observer.ts';
import type { Outlet } from './ports/outlet.ts';
import type { RoomRef } from './ports/room-store.ts';
import type { NodeReport } from './ports/session-store.ts';
import type { State } from './ports/state.ts';
import { Reconciler } from './reconciler.ts';
import { RelayRouter } from './relay-router.ts';
import { RoomDirectory } from './room-directory.ts';
import type { Session } from './session.ts';
import { SessionDirectory } from './session-directory.ts';
import type { SessionEndCause } from './session-ends.ts';
import { SessionLifecycle, type SessionRequest } from './session-lifecycle.ts';
import { type ResumeOutcome, type ResumeRequest, SessionResume } from './session-resume.ts';
import { Sessions } from './sessions.ts';
import type { CoreSettings } from './settings.ts';
import { SignalRouter } from './signal-router.ts';
import { UserDirectory } from './user-directory.ts';
import { Attachments } from './users/attachments.ts';
import { LocalUsers } from './users/local-users.ts';
import { Watching } from './users/watching.ts';

export interface CoreDependencies {
  readonly node: NodeId;
  readonly state: State;
  readonly authenticator: Authenticator;
  readonly iceServers: IceServers;
  readonly observer: Observer;
  readonly settings: CoreSettings;
  /** Another process has been started under this node's name: this one is to stop. */
  readonly onUsurped: () => void;
  /** An operator wants this node emptied; may be said more than once. */
  readonly onDrainAsked: () => void;
}

/** All that can be asked and done without a session. */
export interface Directory {
  readonly rooms: RoomDirectory;
  readonly sessions: SessionDirectory;
  readonly users: UserDirectory;
  readonly calls: CallDirectory;
  readonly nodes: NodeDirectory;
}

/**
 * The rules of one node: what sessions may ask for, and what others learn of it. It knows
 * neither how clients are connected nor where state is kept.
 */
export class Core {
  /** What servers and operators may have done, with no session; who may is not asked here. */
  readonly directory: Directory;
  readonly #state: State;
  readonly #sessions = new Sessions();
  readonly #localRooms: LocalRooms;
  readonly #detours: Detours;
  readonly #localCalls: LocalCalls;
  readonly #watching: Watching;
  readonly #lifecycle: SessionLifecycle;
  readonly #resume: SessionResume;
  readonly #reconciler: Reconciler;
  readonly #heartbeat: Heartbeat;
  readonly #expiry: Expiry;
  readonly #context: CommandContext;
  readonly #takeCensus: () => Census;
  readonly #onDrainAsked: () => void;
  readonly #startedAt = Date.now();
  #drainingSince: number | null = null;

  constructor(dependencies: CoreDependencies) {
    const { node, state, authenticator, iceServers, observer, settings } = dependencies;
    const { onUsurped, onDrainAsked } = dependencies;
    const { rooms, records, registry, users, bus, leases, isOrdered, sessions: store } = state;
    const sessions = this.#sessions;
    const onMissing = (peerIds: readonly PeerId[]) => {
      for (const peerId of peerIds) {
        const session = sessions.get(peerId);
        if (session) this.#reconciler.request(session);
      }
    };
    const onReplaced = (room: RoomRef, peerId: PeerId) => {
      const session = sessions.get(peerId);
      if (session) memberships.displace(session, room);
    };
    const onEnded = (room: RoomRef, peerIds: readonly PeerId[]) => {
      for (const peerId of peerIds) {
        const session = sessions.get(peerId);
        if (session) memberships.expel(session, room);
      }
    };
    const localRooms = new LocalRooms({
      rooms,
      delivery: sessions,
      observer,
      onMissing,
      onReplaced,
      onEnded,
      onMoved: (move) => detours.moved(move),
      onLeft: (room, peerId) => detours.left(room, peerId),
    });
    const detours = new Detours({ node, rooms, localRooms, bus });
    const localUsers = new LocalUsers();
    const localCalls = new LocalCalls(state.calls, localUsers);
    const watching = new Watching(users);
    const calls = new Calls({ calls: state.calls, users, localCalls, observer });
    const reconcile = (session: Session) => reconciler.request(session);
    const attachments = new Attachments({
      users,
      sessions,
      localUsers,
      localCalls,
      calls,
      watching,
      reconcile,
    });
    const endings = new Endings({ node, rooms, sessions: store, users, calls, observer });
    const reconciler = new Reconciler({ rooms, store, sessions, localRooms, endings, observer });
    const end = (session: Session, cause: SessionEndCause) => void lifecycle.end(session, cause);
    const memberships = new Memberships({
      rooms,
      sessions: store,
      localRooms,
      reconcile,
      endReplaced: (session) => end(session, 'replaced'),
    });
    const lifecycle = new SessionLifecycle({
      ...{ node, rooms, store, sessions, memberships, attachments, endings, reconciler, observer },
      ...{ settings, isOrdered },
    });
    this.#resume = new SessionResume({
      ...{ node, store, bus, sessions, memberships, attachments, reconciler, lifecycle },
    });
    reconciler.connect({
      memberships,
      attachments,
      drop: (session, reason) => lifecycle.drop(session, reason),
    });
    this.#heartbeat = new Heartbeat({
      leases,
      observer,
      actions: {
        onUsurped,
        onFrozen: () => lifecycle.abandonAll(),
        report: () => this.#report(),
        requestAll: () => reconciler.requestAll(),
        isPressing: () =>
          [reconciler, endings].some(({ isPending }) => isPending) ||
          [localCalls, watching].some(({ isStale }) => isStale),
        afterRenewal: async () => {
          // Before it is asked whom nobody here knows: who said goodbye has left, and is not lost.
          await endings.retry();
          await reconciler.run();
          await localCalls.catchUp();
          await watching.catchUp();
        },
        compare: async (part) => {
          await localRooms.compare(part);
          await localCalls.compare(part);
          await watching.refresh(part);
          await attachments.keep(part);
        },
        expire: async (share) => {
          const expired = await store.takeExpired(share);
          for (const { overdueMs } of expired) {
            observer.sessionEnded('reaped');
            observer.sessionOverdue(overdueMs);
          }
          await Promise.all(expired.map((each) => endings.carryOut(each, 'disconnected')));
          await calls.lookAfter(share);
          await attachments.dropLost(share);
          await records.expire(share);
        },
      },
    });
    const arrivals = new Arrivals({ localRooms, sessions, observer });
    const routing = { node, localRooms, detours, arrivals, bus, observer };
    const signals = new SignalRouter({ ...routing, sessions, clock: state.clock });
    const relays = new RelayRouter(routing);
    this.#expiry = new Expiry({ sessions, onExpired: (session) => end(session, 'expired') });
    this.directory = {
      rooms: new RoomDirectory({ rooms, records, defaultCapacity: settings.defaultRoomCapacity }),
      sessions: new SessionDirectory({ registry, endings, observer }),
      users: new UserDirectory(users),
      calls: new CallDirectory({ store: state.calls, calls }),
      nodes: new NodeDirectory({ node, leases, bus, onDrainAsked }),
    };
    this.#state = state;
    this.#onDrainAsked = onDrainAsked;
    this.#takeCensus = () =>
      takeCensus({ node, sessions, localRooms, localCalls, heartbeat: this.#heartbeat });
    this.#localRooms = localRooms;
    this.#detours = detours;
    this.#localCalls = localCalls;
    this.#watching = watching;
    this.#reconciler = reconciler;
    this.#lifecycle = lifecycle;
    this.#context = {
      rooms,
      chat: state.chat,
      annotations: state.annotations,
      records,
      sessions: store,
      localRooms,
      memberships,
      signals,
      relays,
      attachments,
      watching,
      calls,
      localCalls,
      authenticator,
      iceServers,
      settings,
      isOrdered,
    };
  }

  /** Resolves once nothing that concerns this node can be missed any more. */
  async open(): Promise<void> {
    await this.#state.bus.open({
      onMessage: (message) => this.#onMessage(message),
      onUndelivered: (message) => this.#onUndelivered(message),
      onRoomEvent: (event) => this.#localRooms.accept(event),
      onFenced: (fence) => this.#resume.fence(fence),
      onCallChanged: (event) => this.#localCalls.learn(event),
      onPresenceChanged: (standing) => this.#watching.hear(standing),
      onGap: () => this.#onGap(),
    });
    await this.#heartbeat.open();
    this.#expiry.open();
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** The mean number of connections of nodes that take new ones; undefined while nobody can say. */
  get meanLoad(): number | undefined {
    return this.#heartbeat.meanLoad;
  }

  /** Rooms that sessions of this node are in. */
  get roomCount(): number {
    return this.#localRooms.size;
  }

  /** What this node holds, and how it stands with the others. Counting takes a moment. */
  census(): Census {
    return this.#takeCensus();
  }

  /** From here on the other nodes are told that this one moves its clients elsewhere. */
  markDraining(): void {
    this.#drainingSince ??= Date.now();
  }

  /** A new session; it has no connection until one is attached to it. */
  openSession(request: SessionRequest): Promise<Session> {
    return this.#lifecycle.open(request);
  }

  /** Whether a resume could succeed. @throws SignalingError `unavailable` */
  async isResumable(peerId: PeerId, secretDigest: string): Promise<boolean> {
    const local = this.#sessions.get(peerId);
    if (local?.record.secretDigest === secretDigest) return true;
    return this.#state.sessions.isResumable(peerId, secretDigest);
  }

  /** See `SessionResume.resume`. @throws SignalingError `unavailable` */
  resumeSession(request: ResumeRequest): Promise<ResumeOutcome> {
    return this.#resume.resume(request);
  }

  /**
   * A connection of a session is gone, and may come back.
   *
   * @param outlet that of the connection, or null for one that came to nothing: nothing happens
   * if the session has another connection by now.
   */
  connectionLost(session: Session, outlet: Outlet | null = session.outlet): Promise<void> {
    return this.#lifecycle.connectionLost(session, outlet);
  }

  /** The client of a session has said goodbye on that connection; see `connectionLost`. */
  endSession(session: Session, outlet: Outlet | null = session.outlet): Promise<void> {
    return this.#lifecycle.end(session, 'goodbye', outlet);
  }

  /**
   * To be asked for every message of a session before it is handled: a process that wakes from a
   * freeze lets go of its sessions first, and of one that it has let go of nothing is handled that
   * was on its way.
   */
  mayHandle(session: Session): boolean {
    return this.#heartbeat.checkAwake() && !session.isClosed;
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
    const isLedTo = (room: RoomId) => this.#localCalls.leadsTo(session, room);
    authorize(session.principal, { ...command, isLedTo });
    return handlers[command.name](this.#context, session, command);
  }

  async close(): Promise<void> {
    this.#expiry.close();
    this.#lifecycle.close();
    this.#localRooms.close();
    await this.#heartbeat.close();
  }

  #report(): NodeReport {
    return {
      connections: this.#sessions.connectedCount,
      rooms: this.#localRooms.size,
      startedAt: this.#startedAt,
      drainingSince: this.#drainingSince,
    };
  }

  #onGap(): void {
    this.#heartbeat.disturb();
    this.#reconciler.requestAll();
    this.#localRooms.resyncAll();
    this.#localCalls.doubt();
    this.#watching.doubt();
  }

  #onMessage(message: NodeMessage): void {
    if (!this.#heartbeat.checkAwake()) return;
    switch (message.type) {
      case 'signal':
        this.#context.signals.receive(message.signal);
        return;
      case 'not-here':
        this.#context.signals.retry(message.signal, message.node);
        return;
      case 'relay':
        this.#context.relays.receive(message.relay);
        return;
      case 'relay-not-here':
        this.#context.relays.retry(message.relay, message.node);
        return;
      case 'flush':
        // Whoever asks has heard of the claim, of which this node may have yet to hear.
        this.#resume.fence(message);
        this.#detours.confirm(message);
        return;
      case 'flushed':
        this.#detours.flushed(message.room, message.peerId, message.node);
        return;
      case 'handover':
        this.#resume.receiveHandover(message);
        return;
      case 'drain':
        this.#onDrainAsked();
    }
  }

  /** Of answers to others, and of what was kept for a session that has moved, nobody here waits for news. */
  #onUndelivered(message: NodeMessage): void {
    if (message.type === 'signal') this.#context.signals.undelivered(message.signal);
    else if (message.type === 'relay') this.#context.relays.undelivered(message.relay);
  }
}
