import type { Outlet, Session } from '@switchboard/core';
import {
  type CommandInput,
  type CommandName,
  type CommandResult,
  defaultTenant,
  type PeerId,
  Role,
  type RoomId,
  SignalingError,
  silentMedia,
} from '@switchboard/protocol';
import type { History } from './history.ts';
import { ModelClient } from './model-client.ts';
import type { SimulatedNode } from './simulated-node.ts';
import { breathe } from './simulated-time.ts';

/** How long a session is kept for a client that is away. */
export const graceMs = 2_000;

/** After which a client sends a command again that could not be carried out. */
const askAgainMs = 500;

/** Every other client is one: without any, the appointment waits. */
export const host = Role.parse('host');

/** `gone` is for good: another client takes its place. */
type ClientState = 'connecting' | 'connected' | 'lost' | 'gone';

interface Connection {
  readonly node: SimulatedNode;
  readonly session: Session;
  readonly outlet: Outlet;
}

type Answer<K extends CommandName> = { result: CommandResult<K> } | { refusal: string };

export interface SimulatedClientOptions {
  readonly peerId: PeerId;
  readonly history: History;
  readonly capacity: number;
  readonly isHost: boolean;
  /** Told what the client, or the node that it talks to, could make no sense of. */
  readonly complain: (error: unknown) => void;
}

/** A client and its connection: it does what an SDK does around its model. */
export class SimulatedClient {
  readonly model: ModelClient;
  state: ClientState = 'connecting';
  /** The node that it talks to, or tries to. */
  node: SimulatedNode | undefined;
  readonly #options: SimulatedClientOptions;
  #connection: Connection | undefined;
  /** Of the binding that it was welcomed with last. */
  #lastEpoch = 0;
  /** Joins and leaves that have not been answered: sent again after a resume. */
  readonly #unanswered = new Set<() => Promise<void>>();

  constructor(options: SimulatedClientOptions) {
    this.#options = options;
    this.model = new ModelClient(options.peerId, options.history);
  }

  get peerId(): PeerId {
    return this.#options.peerId;
  }

  async open(node: SimulatedNode): Promise<void> {
    this.node = node;
    node.core
      .openSession(this.#credentials)
      .then((session) => this.#attach(node, session))
      .catch(this.#options.complain);
    await breathe();
  }

  /** The connection is lost, as both ends notice. */
  async lose(): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    this.#detach('lost');
    const { node, session, outlet } = connection;
    node.core.connectionLost(session, outlet).catch(this.#options.complain);
    await breathe();
  }

  /** Comes back, to any node; also from another tab while the first one is still connected. */
  async resume(node: SimulatedNode): Promise<void> {
    if (this.state !== 'lost' && this.state !== 'connected') return;
    const former = this.#connection;
    this.#detach('connecting');
    this.node = node;
    const resumed = node.core.resumeSession({ ...this.#credentials, lastEpoch: this.#lastEpoch });
    // Sooner or later the former node notices that nobody is there any more.
    const forget = () => former?.node.core.connectionLost(former.session, former.outlet);
    resumed.then(forget, forget);
    resumed.then(
      (outcome) => {
        if (outcome.kind === 'resumed') this.#attach(node, outcome.session);
        else this.#detach('gone');
      },
      (error: unknown) => {
        if (error instanceof SignalingError) this.#detach('lost');
        else this.#options.complain(error);
      },
    );
    await breathe();
  }

  async sayGoodbye(): Promise<void> {
    const connection = this.#connection;
    this.#detach('gone');
    connection?.node.core
      .endSession(connection.session, connection.outlet)
      .catch(this.#options.complain);
    await breathe();
  }

  /** Its node has died under it. A client that had not been let in begins afresh. */
  nodeDied(): void {
    this.#detach(this.state === 'connected' || this.model.isKnown ? 'lost' : 'gone');
  }

  async join(roomId: RoomId): Promise<void> {
    let timesSent = 0;
    const send = () => {
      timesSent += 1;
      return this.execute('room:join', {
        input: {
          ...{ roomId, media: silentMedia, capacity: this.#options.capacity },
          ...(this.#options.isHost && { role: host }),
        },
        answered: (answer) => {
          if ('result' in answer) this.model.entered(structuredClone(answer.result.room));
          // SPEC 2.8: what was sent before may have let it in, and only asking again tells.
          else if (answer.refusal === 'unavailable' && timesSent > 1) {
            setTimeout(() => void this.#insist(send), askAgainMs);
          } else if (answer.refusal !== 'unavailable') this.model.left(roomId);
        },
      });
    };
    await this.#insist(send);
  }

  async leave(roomId: RoomId): Promise<void> {
    await this.#insist(() =>
      this.execute('room:leave', {
        input: { roomId },
        answered: () => this.model.left(roomId),
      }),
    );
  }

  /** Everybody is told of it, this client too, so the answer says nothing new. */
  async end(roomId: RoomId): Promise<void> {
    void this.execute('room:end', { input: { roomId }, answered: () => {} });
    await breathe();
  }

  /** Sends a command; `answered` is called at the moment at which the answer leaves the node. */
  async execute<K extends CommandName>(
    name: K,
    { input, answered }: { input: CommandInput<K>; answered: (answer: Answer<K>) => void },
  ): Promise<boolean> {
    const connection = this.#connection;
    if (!connection) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const settle = (answer: Answer<K>) => {
      // An answer on a connection that is gone reaches nobody.
      if (this.#connection !== connection) return;
      this.#watch(() => answered(answer));
      resolve(true);
    };
    const refuse = (error: unknown) => {
      if (error instanceof SignalingError) settle({ refusal: error.code });
      else this.#options.complain(error);
    };
    try {
      const reply = (result: CommandResult<K>) => settle({ result });
      connection.node.core.execute(connection.session, { name, input, reply })?.catch(refuse);
    } catch (error) {
      refuse(error);
    }
    return promise;
  }

  /** Sends again after a resume what was not answered before it. */
  async #insist(send: () => Promise<boolean>): Promise<void> {
    const attempt = async () => {
      this.#unanswered.add(attempt);
      if (await send()) this.#unanswered.delete(attempt);
    };
    void attempt();
    await breathe();
  }

  #attach(node: SimulatedNode, session: Session): void {
    if (node.link.isDead) return;
    if (this.state !== 'connecting') {
      // It has not waited to be let in, and so has nothing to say goodbye with.
      node.core.connectionLost(session, undefined).catch(this.#options.complain);
      return;
    }
    const isResumed = this.model.isKnown;
    this.#lastEpoch = session.binding.epoch;
    const outlet: Outlet = {
      deliver: (notice) => {
        // Copied, because a socket would have encoded it by now.
        const copy = structuredClone(notice);
        if (this.#connection === connection) this.#watch(() => this.model.told(copy));
      },
      close: (reason) => {
        if (this.#connection !== connection) return;
        this.#detach(reason === 'replaced' ? 'gone' : 'lost');
      },
    };
    const connection = { node, session, outlet };
    this.#connection = connection;
    this.state = 'connected';
    this.model.welcomed();
    session.attach(outlet);
    if (!isResumed) return;
    const again = [...this.#unanswered];
    this.#unanswered.clear();
    for (const attempt of again) void attempt();
  }

  #detach(state: ClientState): void {
    this.#connection = undefined;
    this.state = state;
  }

  /** What a client complains of must not disturb the node that told it. */
  #watch(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#options.complain(error);
    }
  }

  get #credentials() {
    const { peerId } = this.#options;
    return {
      peerId,
      principal: { kind: 'open', tenant: defaultTenant, self: null },
      client: { dialect: 'v1', connectedAt: 0 },
      secretDigest: `digest of ${peerId}`,
      graceMs,
      duplicates: 'allow',
    } as const;
  }
}
