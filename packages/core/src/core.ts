import {
  type CommandInput,
  type CommandName,
  type CommandResult,
  type NodeId,
  type PeerId,
  SignalingError,
} from '@switchboard/protocol';
import type { CommandContext } from './commands/context.ts';
import { handlers } from './commands/index.ts';
import { Departures } from './departures.ts';
import { LocalRooms } from './local-rooms.ts';
import type { NodeMessage } from './ports/bus.ts';
import type { Delivery } from './ports/delivery.ts';
import type { Observer } from './ports/observer.ts';
import type { State } from './ports/state.ts';
import { type Principal, Session } from './session.ts';
import type { CoreSettings } from './settings.ts';
import { SignalRouter } from './signal-router.ts';
import { TokenBucket } from './token-bucket.ts';

export interface CoreDependencies {
  readonly node: NodeId;
  readonly state: State;
  readonly delivery: Delivery;
  readonly observer: Observer;
  readonly settings: CoreSettings;
}

/**
 * The rules of one node: what sessions may ask for, and what others learn of it. It knows
 * neither how clients are connected nor where state is kept.
 */
export class Core {
  readonly #dependencies: CoreDependencies;
  readonly #sessions = new Map<PeerId, Session>();
  readonly #localRooms: LocalRooms;
  readonly #departures: Departures;
  readonly #context: CommandContext;

  constructor(dependencies: CoreDependencies) {
    const { node, state, delivery, observer, settings } = dependencies;
    const { rooms, bus } = state;
    this.#dependencies = dependencies;
    const localRooms = new LocalRooms({ rooms, delivery, observer });
    const departures = new Departures({ rooms, localRooms, observer });
    const sessions = this.#sessions;
    const signals = new SignalRouter({
      node,
      rooms,
      localRooms,
      sessions,
      bus,
      delivery,
      observer,
    });
    this.#localRooms = localRooms;
    this.#departures = departures;
    this.#context = { rooms, localRooms, signals, departures, settings };
  }

  /** Resolves once nothing that concerns this node can be missed any more. */
  async open(): Promise<void> {
    await this.#dependencies.state.bus.open({
      onMessage: (message) => this.#onMessage(message),
      onRoomEvent: (event) => this.#localRooms.accept(event),
      onFenced: () => {},
      onGap: () => this.#localRooms.resyncAll(),
    });
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Rooms that sessions of this node are in. */
  get roomCount(): number {
    return this.#localRooms.size;
  }

  openSession(peerId: PeerId, principal: Principal): Session {
    const { node, settings } = this.#dependencies;
    const bucket = new TokenBucket(settings.commandRate, performance.now());
    const session = new Session({ peerId, node, epoch: 1 }, principal, bucket);
    this.#sessions.set(peerId, session);
    return session;
  }

  /** Ends a session whose connection is gone. Resolves after the first attempt to leave. */
  async closeSession(session: Session): Promise<void> {
    session.close();
    this.#sessions.delete(session.peerId);
    const rooms = Array.from(session.memberships.values(), ({ room }) => room);
    await this.#departures.leaveAll(session, rooms, 'disconnected');
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
   * Carries out a command that has been parsed.
   *
   * @throws SignalingError for what the client is to be told; anything else is a bug.
   */
  execute<K extends CommandName>(
    session: Session,
    command: { name: K; input: CommandInput<K>; reply: (result: CommandResult<K>) => void },
  ): void | Promise<void> {
    return handlers[command.name](this.#context, session, command);
  }

  close(): void {
    this.#departures.close();
    this.#localRooms.close();
  }

  #onMessage(message: NodeMessage): void {
    switch (message.type) {
      case 'signal':
        this.#context.signals.receive(message.signal);
        return;
      case 'not-here':
        void this.#context.signals.retry(message.signal);
    }
  }
}
