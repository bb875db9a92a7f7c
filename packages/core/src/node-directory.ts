import type { NodeId } from '@switchboard/protocol';
import type { Bus } from './ports/bus.ts';
import type { LeaseStore, NodeListing } from './ports/session-store.ts';

export interface NodeDirectoryDependencies {
  /** This one. */
  readonly node: NodeId;
  readonly leases: LeaseStore;
  readonly bus: Bus;
  readonly onDrainAsked: () => void;
}

/** The nodes of the cluster as operators see them; see `RoomDirectory`. */
export class NodeDirectory {
  readonly #dependencies: NodeDirectoryDependencies;

  constructor(dependencies: NodeDirectoryDependencies) {
    this.#dependencies = dependencies;
  }

  /** Those that are alive, by name. What each says of itself is as old as its last renewal. */
  list(): Promise<NodeListing[]> {
    return this.#dependencies.leases.list();
  }

  /**
   * Asks a node to move its clients elsewhere and to take no new ones. That it does shows in its
   * next renewal; a node that does not hear of it can be asked again.
   *
   * @returns the node as it was last listed; null when no such node is alive.
   */
  async drain(nodeId: NodeId): Promise<NodeListing | null> {
    const { node, bus, onDrainAsked } = this.#dependencies;
    const listing = (await this.list()).find((each) => each.node === nodeId);
    if (!listing) return null;
    if (nodeId === node) onDrainAsked();
    else bus.send(nodeId, { type: 'drain' });
    return listing;
  }
}
