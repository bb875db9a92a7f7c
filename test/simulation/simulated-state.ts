import type { Bus, BusHandler, State } from '@switchboard/core';
import { type NodeId, SignalingError } from '@switchboard/protocol';
import type { MemoryBackend } from '@switchboard/state-memory';
import type { History } from './history.ts';
import type { Network } from './network.ts';

/** What a node's network can suffer. */
export interface Link {
  /** The process is gone: nothing comes from it any more, and nothing reaches it. */
  isDead: boolean;
  /** It cannot send to other nodes. */
  isCutOff: boolean;
  /** Its subscription is lost: nothing that arrives reaches it. */
  isDeaf: boolean;
}

export interface SimulatedStateOptions {
  readonly node: NodeId;
  readonly backend: MemoryBackend;
  readonly network: Network;
  readonly history: History;
  /** Where messages between nodes arrive. */
  readonly handlers: Map<NodeId, BusHandler>;
  /** Whether a node's calls reach the store in the order in which they were made. */
  readonly isOrdered: boolean;
  readonly link: Link;
}

/**
 * Puts the network between a core and a memory backend: every call of a store, every answer,
 * every event and every message is a parcel.
 */
export function simulateState(options: SimulatedStateOptions): State {
  const near = options.backend.connect(options.node);
  return {
    ...near,
    rooms: overNetwork(near.rooms, options),
    records: overNetwork(near.records, options),
    registry: overNetwork(near.registry, options),
    sessions: overNetwork(near.sessions, options),
    users: overNetwork(near.users, options),
    calls: overNetwork(near.calls, options),
    leases: overNetwork(near.leases, options),
    bus: simulateBus(near.bus, options),
    isOrdered: options.isOrdered,
  };
}

/** Every method of a port becomes a call that travels there and back. */
const overNetwork = <Port extends object>(
  port: Port,
  { network, isOrdered, node, link }: SimulatedStateOptions,
): Port =>
  new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (link.isDead) return new Promise(() => {});
        const call = async () => Reflect.apply(member, target, args) as unknown;
        return network.call({ sender: node, isOrdered }, call);
      };
    },
  });

function simulateBus(
  near: Bus,
  { node, network, history, handlers, link }: SimulatedStateOptions,
): Bus {
  return {
    open: async (handler) => {
      const isReached = () => !link.isDead && !link.isDeaf;
      handlers.set(node, {
        ...handler,
        onMessage: (message) => {
          if (isReached()) handler.onMessage(message);
        },
      });
      await near.open({
        ...handler,
        onRoomEvent: (event) => {
          history.record(event);
          network.send('event', null, () => {
            if (isReached()) handler.onRoomEvent(event);
          });
        },
        onCallChanged: (event) => {
          network.send('event', null, () => {
            if (isReached()) handler.onCallChanged(event);
          });
        },
        onPresenceChanged: (standing) => {
          network.send('event', null, () => {
            if (isReached()) handler.onPresenceChanged(standing);
          });
        },
        onFenced: (fence) => {
          network.send('fence', null, () => {
            if (isReached()) handler.onFenced(fence);
          });
        },
      });
    },
    send: (to, message) => {
      if (link.isCutOff) throw new SignalingError('unavailable');
      if (link.isDead) return;
      // One connection, one channel: what a node sends to another stays in order.
      network.send('message', `${node} ${to}`, () => handlers.get(to)?.onMessage(message));
    },
  };
}
