import type {
  Bus,
  BusHandler,
  CallEvent,
  Fence,
  NodeMessage,
  UserStanding,
} from '@switchboard/core';
import { type NodeId, SignalingError } from '@switchboard/protocol';
import type { RedisAddress } from '../connection/address.ts';
import type { RedisClient } from '../connection/client.ts';
import { measure, type RedisObserver } from '../connection/redis-observer.ts';
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
  readonly observer?: RedisObserver | undefined;
}

/** Between messages to oneself, by which the bus is measured. */
const probeMs = 1_000;

/**
 * One channel a node. A message is a JSON array of what another node sent in one tick, or a JSON
 * object: a room event, a fence, a call or how a user is, that a script published, or a probe of
 * this node itself.
 */
export class RedisBus implements Bus {
  readonly #dependencies: RedisBusDependencies;
  readonly #outgoing = new Map<NodeId, string[]>();
  #subscription: Subscription | undefined;
  #probeTimer: NodeJS.Timeout | undefined;

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
    if (this.#dependencies.observer) {
      this.#probeTimer = setInterval(() => this.#probe(), probeMs).unref();
    }
  }

  send(to: NodeId, message: NodeMessage): void {
    if (this.#dependencies.redis.status !== 'ready') throw new SignalingError('unavailable');
    if (this.#outgoing.size === 0) setImmediate(() => this.#flush());
    const batch = this.#outgoing.get(to);
    if (batch) batch.push(JSON.stringify(message));
    else this.#outgoing.set(to, [JSON.stringify(message)]);
  }

  close(): void {
    clearInterval(this.#probeTimer);
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
    for (const [node, batch] of this.#outgoing) this.#publish(node, `[${batch.join(',')}]`);
    this.#outgoing.clear();
  }

  #publish(node: NodeId, message: string): void {
    const { redis, keys, onError, observer } = this.#dependencies;
    const channel = keys.channel(node);
    const answer = publisherFor(redis, channel).publish(channel, message);
    answer.catch(onError);
    if (observer) measure(observer, 'publish', answer);
  }

  /** The whole way of a message, on one clock. */
  #probe(): void {
    const { redis, node, observer } = this.#dependencies;
    if (!this.isLive || redis.status !== 'ready') return;
    observer?.busProbed();
    this.#publish(node, JSON.stringify({ probe: performance.now() }));
  }

  /** What is no JSON is from a stranger. The error of the parser would repeat a part of it. */
  #parse(text: string): Message | null {
    try {
      return JSON.parse(text);
    } catch {
      this.#dependencies.onError(new Error('a message on the bus is no JSON'));
      return null;
    }
  }

  /** Only nodes and their scripts publish here, so what arrives has the shape they give it. */
  #receive(text: string, handler: BusHandler): void {
    const message = this.#parse(text);
    if (message === null) return;
    if (Array.isArray(message)) for (const each of message) handler.onMessage(each);
    else if ('fenced' in message) handler.onFenced(message.fenced);
    else if ('called' in message) handler.onCallChanged(message.called);
    else if ('presence' in message) handler.onPresenceChanged(message.presence);
    else if ('probe' in message) {
      this.#dependencies.observer?.busAnswered(performance.now() - message.probe);
    } else handler.onRoomEvent(parseRoomEvent(message));
  }
}

type Message =
  | NodeMessage[]
  | PublishedEvent
  | { readonly fenced: Fence }
  | { readonly called: CallEvent }
  | { readonly presence: UserStanding }
  | { readonly probe: number };
