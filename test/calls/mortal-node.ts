import {
  type BusHandler,
  type CloseReason,
  Core,
  type Notice,
  type Session,
  type State,
} from '@switchboard/core';
import {
  type Call,
  type CommandInput,
  type CommandName,
  type CommandResult,
  defaultTenant,
  NodeId,
  PeerId,
  UserId,
} from '@switchboard/protocol';

/** So long the sessions of these nodes are without a connection before they end. */
const graceMs = 20;

/** A session with all that it was told of calls. */
export interface Caller {
  readonly session: Session;
  readonly node: MortalNode;
  readonly told: Call[];
  /** Why its connection was closed, if it was. */
  readonly closed: CloseReason[];
}

/**
 * A node in this process that can die at any step that it takes in the store, before the store has
 * heard of that step or just after.
 */
export class MortalNode {
  readonly core: Core;
  /** Steps that it has taken since `dieAt`, by name. */
  readonly steps: string[] = [];
  #isDead = false;
  #pending = 0;
  #diesAt: { readonly step: number; readonly isCarriedOut: boolean } | undefined;

  static async start(
    backend: { connect(node: NodeId): State | Promise<State> },
    name: string,
  ): Promise<MortalNode> {
    const id = NodeId.parse(name);
    const node = new MortalNode(await backend.connect(id), id);
    await node.core.open();
    return node;
  }

  private constructor(state: State, node: NodeId) {
    this.core = new Core({
      node,
      state: this.#mortal(state),
      iceServers: { issue: () => ({ iceServers: [] }) },
      authenticator: {
        authenticate: async () => {
          throw new Error('nobody has a token here');
        },
      },
      observer: {
        signalRouted: () => {},
        signalDelivered: () => {},
        signalParked: () => {},
        heldUp: () => {},
        signalFailed: () => {},
        relayRouted: () => {},
        relayFailed: () => {},
        callNegotiated: () => {},
        callChanged: () => {},
        sessionEnded: () => {},
        sessionOverdue: () => {},
        nodeBuried: () => {},
        viewResynced: () => {},
        fault: (message, cause) => {
          throw new Error(message, { cause });
        },
      },
      settings: {
        defaultRoomCapacity: 10,
        maxRoomsPerSession: 20,
        commandRate: { perSecond: 1_000, burst: 1_000 },
      },
      onUsurped: () => {},
      onDrainAsked: () => {},
    });
  }

  /** It takes so many steps more, and dies with the next, which the store may still carry out. */
  dieAt(step: number, { isCarriedOut }: { isCarriedOut: boolean }): void {
    this.steps.length = 0;
    this.#diesAt = { step, isCarriedOut };
  }

  /** It dies now. */
  die(): void {
    this.#isDead = true;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Whether it waits for nothing. */
  get isIdle(): boolean {
    return this.#pending === 0;
  }

  async enter(user: string, peer = `${user}'s`): Promise<Caller> {
    const self = { userId: UserId.parse(user), name: null, role: null };
    const session = await this.core.openSession({
      peerId: PeerId.parse(peer),
      principal: { kind: 'open', tenant: defaultTenant, self },
      client: { dialect: 'v1', connectedAt: 0 },
      secretDigest: `digest of ${peer}`,
      graceMs,
      duplicates: 'replace',
    });
    const told: Call[] = [];
    const deliver = (notice: Notice) => {
      if (notice.type === 'call-changed') told.push(notice.call);
    };
    const closed: CloseReason[] = [];
    session.attach({ deliver, close: (reason) => closed.push(reason) });
    return { session, node: this, told, closed };
  }

  execute<K extends CommandName>(
    session: Session,
    name: K,
    input: CommandInput<K>,
  ): Promise<CommandResult<K>> {
    const { promise, resolve, reject } = Promise.withResolvers<CommandResult<K>>();
    this.#pending += 1;
    void (async () => this.core.execute(session, { name, input, reply: resolve }))()
      .catch(reject)
      .finally(() => {
        this.#pending -= 1;
      });
    return promise;
  }

  /** Ends its timers, dead or alive. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.die();
    void this.core.close();
  }

  #mortal(state: State): State {
    return {
      ...state,
      rooms: this.#watch('rooms', state.rooms),
      sessions: this.#watch('sessions', state.sessions),
      users: this.#watch('users', state.users),
      calls: this.#watch('calls', state.calls),
      leases: this.#watch('leases', state.leases, { isStep: false }),
      bus: {
        open: (handler) => state.bus.open(this.#hearingOf(handler)),
        send: (to, message) => {
          if (!this.#isDead) state.bus.send(to, message);
        },
      },
    };
  }

  #hearingOf(handler: BusHandler): BusHandler {
    const whileAlive =
      <T>(hear: (item: T) => void) =>
      (item: T) => {
        if (!this.#isDead) hear(item);
      };
    return {
      onMessage: whileAlive((message) => handler.onMessage(message)),
      onUndelivered: whileAlive((message) => handler.onUndelivered(message)),
      onRoomEvent: whileAlive((event) => handler.onRoomEvent(event)),
      onFenced: whileAlive((fence) => handler.onFenced(fence)),
      onCallChanged: whileAlive((event) => handler.onCallChanged(event)),
      onPresenceChanged: whileAlive((standing) => handler.onPresenceChanged(standing)),
      onGap: () => handler.onGap(),
    };
  }

  #watch<Port extends object>(name: string, port: Port, { isStep = true } = {}): Port {
    return new Proxy(port, {
      get: (target, method) => {
        const member: unknown = Reflect.get(target, method);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          const call = async (): Promise<unknown> => Reflect.apply(member, target, args);
          if (this.#isDead) return new Promise(() => {});
          // What comes with the pulse comes between any two steps.
          const isPulse = method === 'keep' || method === 'takeLost';
          if (!isStep || isPulse || !this.#diesAt) return call();
          const isLast = this.steps.length === this.#diesAt.step;
          this.steps.push(`${name}.${String(method)}`);
          if (!isLast) return call();
          this.die();
          if (this.#diesAt.isCarriedOut) void call();
          return new Promise(() => {});
        };
      },
    });
  }
}
