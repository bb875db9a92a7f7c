import type { Bus, BusHandler, Fence, NodeMessage } from '@switchboard/core';
import { type NodeId, SignalingError } from '@switchboard/protocol';
import type { RedisAddress } from '../connection/address.ts';
import type { RedisClient } from '../connection/client.ts';
import type { Keys } from '../keys.ts';
import { type PublishedEvent, parseRoomEvent } from '../rooms/room-event.ts';
import { publisherFor } from './publisher.ts';
import { Subscription } from './subscription.ts';

export interface RedisBusDependencies {
  readonly redis: RedisClient;
  readonly address: RedisAddress;
  readonly keys: Keys;
  readonly node: NodeId;
  readonly onError: (error: unknown) => void;
}

/**
 * One channel a node. A message is a JSON array of what another node sent in one tick, or a JSON
 * object that a script published: a room event, or a fence.
 */
export class RedisBus implements Bus {
  readonly #dependencies: RedisBusDependencies;
  readonly #outgoing = new Map<NodeId, string[]>();
  #subscription: Subscription | undefined;

  constructor(dependencies: RedisBusDependencies) {
    this.#dependencies = dependencies;
  }

  get isLive(): boolean {
    return this.#subscription?.isLive ?? false;
  }

  async open(handler: BusHandler): Promise<void> {
    const { address, keys, node, onError } = this.#dependencies;
    this.#watchCommands(handler);
    this.#subscription = new Subscription(address, keys.channel(node), {
      onMessage: (message) => this.#receive(message, handler),
      onResubscribed: () => handler.onGap(),
      onError,
    });
    await this.#subscription.open();
  }

  send(to: NodeId, message: NodeMessage): void {
    if (this.#dependencies.redis.status !== 'ready') throw new SignalingError('unavailable');
    if (this.#outgoing.size === 0) setImmediate(() => this.#flush());
    const batch = this.#outgoing.get(to);
    if (batch) batch.push(JSON.stringify(message));
    else this.#outgoing.set(to, [JSON.stringify(message)]);
  }

  close(): void {
    this.#subscription?.close();
  }

  /**
   * A lost connection, a failover, a new master: whatever was written last may not have got
   * there. On a Redis Cluster none of that need touch the subscription.
   */
  #watchCommands(handler: BusHandler): void {
    const { redis } = this.#dependencies;
    for (const event of ['ready', '+node', '-node']) redis.on(event, () => handler.onGap());
  }

  #flush(): void {
    const { redis, keys, onError } = this.#dependencies;
    for (const [node, batch] of this.#outgoing) {
      const channel = keys.channel(node);
      publisherFor(redis, channel)
        .publish(channel, `[${batch.join(',')}]`)
        .catch(onError);
    }
    this.#outgoing.clear();
  }

  /** Only nodes and their scripts publish here, so what arrives has the shape they give it. */
  #receive(text: string, handler: BusHandler): void {
    const message: NodeMessage[] | PublishedEvent | { fenced: Fence } = JSON.parse(text);
    if (Array.isArray(message)) for (const each of message) handler.onMessage(each);
    else if ('fenced' in message) handler.onFenced(message.fenced);
    else handler.onRoomEvent(parseRoomEvent(message));
  }
}
