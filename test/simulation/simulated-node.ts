import { type BusHandler, Core, type Observer } from '@switchboard/core';
import { NodeId } from '@switchboard/protocol';
import type { MemoryBackend } from '@switchboard/state-memory';
import type { History } from './history.ts';
import type { Network } from './network.ts';
import { type Link, simulateState } from './simulated-state.ts';
import { breathe } from './simulated-time.ts';

/** What all nodes of a cluster have in common. */
export interface Surroundings {
  readonly network: Network;
  readonly history: History;
  readonly backend: MemoryBackend;
  readonly handlers: Map<NodeId, BusHandler>;
  readonly isOrdered: boolean;
  /** Told when a node had missed a change and has read a room anew. */
  readonly onResync: () => void;
}

/** One node, as a core over a simulated network. */
export class SimulatedNode {
  readonly id: NodeId;
  readonly core: Core;
  readonly link: Link = { isDead: false, isCutOff: false, isDeaf: false };
  readonly #handlers: Map<NodeId, BusHandler>;

  static async start(name: string, surroundings: Surroundings): Promise<SimulatedNode> {
    const node = new SimulatedNode(name, surroundings);
    const { network } = surroundings;
    const onItsWay = network.size;
    const opened = node.core.open();
    await breathe();
    // The node is there when its first lease is; nothing else may move for that.
    await network.deliverFrom(onItsWay);
    await opened;
    return node;
  }

  private constructor(name: string, surroundings: Surroundings) {
    const { handlers, onResync } = surroundings;
    this.id = NodeId.parse(name);
    this.#handlers = handlers;
    this.core = new Core({
      node: this.id,
      state: simulateState({ ...surroundings, node: this.id, link: this.link }),
      authenticator: { authenticate: () => Promise.reject(new Error('nobody has a token')) },
      iceServers: { issue: () => ({ iceServers: [] }) },
      observer: { ...silent, viewResynced: onResync },
      settings: {
        defaultRoomCapacity: 10,
        maxRoomsPerSession: 10,
        commandRate: { perSecond: 1_000_000, burst: 1_000_000 },
      },
      onUsurped: () => {},
      onDrainAsked: () => {},
    });
  }

  /** The subscription is back, and the node knows that something was lost. */
  hear(): void {
    if (!this.link.isDeaf) return;
    this.link.isDeaf = false;
    this.#handlers.get(this.id)?.onGap();
  }
}

const silent: Observer = {
  signalRouted: () => {},
  signalDelivered: () => {},
  signalParked: () => {},
  heldUp: () => {},
  signalFailed: () => {},
  callNegotiated: () => {},
  callChanged: () => {},
  sessionEnded: () => {},
  sessionOverdue: () => {},
  nodeBuried: () => {},
  relayRouted: () => {},
  relayFailed: () => {},
  viewResynced: () => {},
  fault: () => {},
};
