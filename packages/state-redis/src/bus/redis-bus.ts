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
import { createPublishingClient, type RedisClient } from '../connection/client.ts';
import type { RedisObserver } from '../connection/redis-observer.ts';
import type { Keys } from '../keys.ts';
import { type PublishedEvent, parseRoomEvent } from '../rooms/room-event.ts';
import { Batch, isBatch, readBatch } from './batch.ts';
import { MastersPublisher, type Publisher } from './publisher.ts';
import { SilentPublisher } from './silent-publisher.ts';
import { Subscription } from './subscription.ts';

export interface RedisBusDependencies {
  readonly redis: RedisClient;
  readonly address: RedisAddress;
  readonly keys: Keys;
  readonly node: NodeId;
  readonly onError: (error: unknown) => void;
  readonly observer?: RedisObserver | undefined;
  /** Calls back once what this turn of the event loop has brought is dealt with. */
  readonly atTurnEnd?: ((flush: () => void) => void) | undefined;
}

/** Between messages to oneself, by which the bus is measured. */
const probeMs = 1_000;

/**
 * One channel a node. What is published there is a batch of what another node sent in one turn, or a
 * JSON object: a room event, a fence, a call or how a user is, that a script published, or a probe
 * of this node itself.
 */
export class RedisBus implements Bus {
  readonly #dependencies: RedisBusDependencies;
  readonly #outgoing = new Map<NodeId, Batch>();
  readonly #publisher: Publisher;
  readonly #atTurnEnd: (flush: () => void) => void;
  #subscription: Subscription | undefined;
  #handler: BusHandler | undefined;
  #probeTimer: NodeJS.Timeout | undefined;

  constructor(dependencies: RedisBusDependencies) {
    this.#dependencies = dependencies;
    const { redis, address, onError, observer, atTurnEnd = setImmediate } = dependencies;
    this.#atTurnEnd = atTurnEnd;
    const events = { onError, onLost: (message: string) => this.#giveUp(message) };
    this.#publisher =
      address.kind === 'cluster'
        ? new MastersPublisher({ redis, events, observer })
        : new SilentPublisher(createPublishingClient(address), events);
  }

  get isLive(): boolean {
    return (this.#subscription?.isLive ?? false) && this.#publisher.isReady;
  }

  async open(handler: BusHandler): Promise<void> {
    const { address, keys, node, onError } = this.#dependencies;
    this.#handler = handler;
    this.#watchCommands(handler);
    this.#subscription = new Subscription(address, keys.channel(node), {
      onMessage: (message) => this.#receive(message, handler),
      onResubscribed: () => handler.onGap(),
      onError,
    });
    await this.#subscription.open();
    await this.#publisher.open(keys.channel(node));
    if (this.#dependencies.observer) {
      this.#probeTimer = setInterval(() => this.#probe(), probeMs).unref();
    }
  }

  send(to: NodeId, message: NodeMessage): void {
    if (!this.#hasWayOut) throw new SignalingError('unavailable');
    if (this.#outgoing.size === 0) this.#atTurnEnd(this.#flush);
    let batch = this.#outgoing.get(to);
    if (!batch) {
      batch = new Batch();
      this.#outgoing.set(to, batch);
    }
    batch.add(message);
  }

  close(): void {
    clearInterval(this.#probeTimer);
    this.#publisher.close();
    this.#subscription?.close();
  }

  /**
   * A lost connection, a failover, a new master: whatever was written last may not have got
   * there. On a Redis Cluster none of that need touch the subscription.
   */
  #watchCommands(handler: BusHandler): void {
    const { redis } = this.#dependencies;
    for (const event of ['+node', '-node']) redis.on(event, () => handler.onGap());
    // Whoever is told of the gap may send at once.
    redis.on('ready', () => void this.#publisher.renew().then(() => handler.onGap()));
  }

  get #hasWayOut(): boolean {
    return this.#dependencies.redis.status === 'ready' && this.#publisher.isReady;
  }

  readonly #flush = (): void => {
    const { keys } = this.#dependencies;
    const messages = Array.from(
      this.#outgoing,
      ([node, batch]) => [keys.channel(node), batch.text] as const,
    );
    this.#outgoing.clear();
    this.#publisher.publish(messages);
  };

  /** Of what this node has published, the messages to others have senders who wait for news. */
  #giveUp(text: string): void {
    if (!isBatch(text)) return;
    for (const each of readBatch(text)) this.#handler?.onUndelivered(each);
  }

  /** The whole way of a message, on one clock. */
  #probe(): void {
    const { keys, node, observer } = this.#dependencies;
    if (!this.isLive || !this.#hasWayOut) return;
    observer?.busProbed();
    const message = JSON.stringify({ probe: performance.now() });
    this.#publisher.publish([[keys.channel(node), message]]);
  }

  /** What is no JSON is from a stranger. The error of the parser would repeat a part of it. */
  #parse(text: string): Message | null {
    try {
      return isBatch(text) ? readBatch(text) : JSON.parse(text);
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
