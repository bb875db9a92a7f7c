import type { BusHandler } from '@switchboard/core';
import { defaultTenant, Incarnation, NodeId, PeerId, type RoomId } from '@switchboard/protocol';
import { MemoryBackend } from '@switchboard/state-memory';
import { History } from './history.ts';
import { Network } from './network.ts';
import { host, SimulatedClient } from './simulated-client.ts';
import { SimulatedNode, type Surroundings } from './simulated-node.ts';

/** Short, so that the end of a session and of a node take little of the simulation's time. */
const leaseMs = 1_500;

/** A whole cluster in one process, with clients that check what they are told. */
export class SimulatedCluster {
  readonly network = new Network();
  readonly history: History;
  /** What a client could make no sense of, or a node failed with. */
  readonly complaints: unknown[] = [];
  /** Everybody who has ever connected. */
  readonly clients: SimulatedClient[] = [];
  /** Nodes that are alive. */
  nodes: readonly SimulatedNode[] = [];
  /** How often a node had missed a change and read a room anew. */
  resyncs = 0;
  readonly #backend = new MemoryBackend({ leaseMs });
  readonly #dead: SimulatedNode[] = [];
  readonly #capacity: number;
  readonly #surroundings: Surroundings;

  static async start(options: {
    nodes: number;
    capacity: number;
    isOrdered: boolean;
    isBinding: boolean;
  }): Promise<SimulatedCluster> {
    const cluster = new SimulatedCluster(options);
    for (let index = 0; index < options.nodes; index++) await cluster.addNode();
    return cluster;
  }

  private constructor(options: { capacity: number; isOrdered: boolean; isBinding: boolean }) {
    const { capacity, isOrdered, isBinding } = options;
    this.#capacity = capacity;
    this.history = new History({ isBinding });
    this.#surroundings = {
      network: this.network,
      history: this.history,
      backend: this.#backend,
      handlers: new Map<NodeId, BusHandler>(),
      isOrdered,
      onResync: () => {
        this.resyncs += 1;
      },
    };
  }

  async addNode(): Promise<void> {
    const name = `n${this.nodes.length + this.#dead.length + 1}`;
    this.nodes = [...this.nodes, await SimulatedNode.start(name, this.#surroundings)];
  }

  /** A node dies without a word, and another one takes its place. */
  async kill(node: SimulatedNode): Promise<void> {
    // What it has sent is with the store, which it will carry out before anything later.
    await this.network.deliverRequestsOf(node.id);
    node.link.isDead = true;
    this.#dead.push(node);
    this.nodes = this.nodes.filter((each) => each !== node);
    for (const client of this.clients) if (client.node === node) client.nodeDied();
    await this.addNode();
  }

  node(pick: number): SimulatedNode {
    return this.nodes[pick % this.nodes.length] as SimulatedNode;
  }

  /** A new client that connects to a node. */
  async connect(node: SimulatedNode): Promise<SimulatedClient> {
    const client = new SimulatedClient({
      peerId: PeerId.parse(`p${this.clients.length + 1}`),
      history: this.history,
      capacity: this.#capacity,
      isHost: this.clients.length % 2 === 1,
      complain: (error) => this.complaints.push(error),
    });
    this.clients.push(client);
    await client.open(node);
    return client;
  }

  /** A server makes a room ahead, before anybody comes, which begins when a host is in it. */
  async prepare(roomId: RoomId): Promise<void> {
    const { records } = this.#backend.connect(NodeId.parse('server'));
    await records.prepare({
      room: { tenant: defaultTenant, roomId },
      incarnation: Incarnation.parse('prepared'),
      policy: { capacity: this.#capacity, duplicates: 'replace' },
      preparation: {
        ...{ appointmentId: null, entitled: [], requiredRoles: [host], screenRoles: null },
        ...{ data: null, keepMs: 24 * 60 * 60_000 },
      },
    });
  }

  /** The room as the store has it, read without any network. */
  stored(roomId: RoomId) {
    const { rooms } = this.#backend.connect(NodeId.parse('reader'));
    return rooms.read({ tenant: defaultTenant, roomId });
  }

  /** Ends the timers of all nodes, dead ones too. */
  close(): void {
    for (const { core, link } of [...this.nodes, ...this.#dead]) {
      link.isDead = true;
      void core.close();
    }
  }
}
