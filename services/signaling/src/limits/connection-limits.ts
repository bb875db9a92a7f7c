import type { IncomingMessage } from 'node:http';
import { type Principal, userKey } from '@switchboard/core';
import { type ErrorCode, SignalingError } from '@switchboard/protocol';
import type { LimitMetrics } from '../observability/metrics/limit-metrics.ts';
import type { LimitConfig } from './limit-config.ts';
import { partyOf, remoteAddressOf } from './remote-address.ts';
import { type Share, Shares } from './shares.ts';
import { type IsTrusted, trustedProxies } from './trusted-proxies.ts';

/** What is counted by address. */
type Bounded = 'arrivals' | 'messages' | 'requests';

/** As often as parties who are gone are forgotten. */
const forgetEveryMs = 5_000;

/** What one connection may send, together with all others of its address and of its user. */
export interface Quota {
  /** Takes one message. @throws SignalingError `rate_limited` */
  admit(): void;
  /** To be called once, when the connection is gone. */
  leave(): void;
}

export interface ConnectionLimitsOptions {
  readonly config: LimitConfig;
  readonly metrics: LimitMetrics;
  /** Called once, should a peer that is not trusted say for whom it speaks. */
  readonly onUntrusted: () => void;
}

/**
 * SPEC 2.7 and 2.9: bounds what one address and one user can do to this node. Nothing is shared
 * with other nodes, so that it costs no more than a subtraction for each message.
 */
export class ConnectionLimits {
  readonly #options: ConnectionLimitsOptions;
  readonly #addresses: Shares<Bounded>;
  readonly #users: Shares<'messages'>;
  readonly #isTrusted: IsTrusted;
  /** Of the requests by which connections began. */
  readonly #shares = new WeakMap<IncomingMessage, Share<Bounded>>();
  #timer: NodeJS.Timeout | undefined;
  #hasWarned = false;

  constructor(options: ConnectionLimitsOptions) {
    this.#options = options;
    const { address, user } = options.config;
    this.#isTrusted = trustedProxies(options.config.trustedProxies);
    const { arrivals, messages, requests } = address;
    this.#addresses = new Shares({ arrivals, messages, requests });
    this.#users = new Shares({ messages: user.messages });
    options.metrics.observe({
      address: () => this.#addresses.size,
      user: () => this.#users.size,
    });
  }

  open(): void {
    this.#timer = setInterval(() => this.forgetIdle(), forgetEveryMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  forgetIdle(): void {
    this.#addresses.forgetIdle();
    this.#users.forgetIdle();
  }

  /** Whom a request comes from, past the load balancers. */
  addressOf(request: IncomingMessage): string {
    return remoteAddressOf(request, this.#isTrusted);
  }

  /** Why a connection is not to begin by this request; null when it may. */
  refusalOf(request: IncomingMessage): ErrorCode | null {
    this.#warn(request);
    const share = this.#shareOf(request);
    if (share.connections >= this.#options.config.address.connections) {
      return 'too_many_connections';
    }
    return share.buckets.arrivals.take(performance.now()) > 0 ? 'rate_limited' : null;
  }

  /** A connection has begun by this request. @returns what to call when it is gone. */
  hold(request: IncomingMessage): () => void {
    const share = this.#shareOf(request);
    share.connections += 1;
    return () => {
      share.connections -= 1;
    };
  }

  /** Takes one request over HTTP. @throws SignalingError `rate_limited` */
  admitRequest(request: IncomingMessage): void {
    this.#warn(request);
    const retryAfterMs = this.#shareOf(request).buckets.requests.take(performance.now());
    if (retryAfterMs === 0) return;
    this.#options.metrics.limited.inc({ by: 'http' });
    throw new SignalingError('rate_limited', { retryAfterMs });
  }

  /** Only users for whom a token vouches have a share: others could say to be anybody. */
  enter(request: IncomingMessage, principal: Principal): Quota {
    const { metrics } = this.#options;
    const address = this.#shareOf(request).buckets.messages;
    const user = principal.kind === 'user' ? this.#users.of(userKey(principal)) : null;
    if (user) user.connections += 1;
    const refuse = (by: 'address' | 'user', retryAfterMs: number): never => {
      metrics.limited.inc({ by });
      throw new SignalingError('rate_limited', { retryAfterMs });
    };
    return {
      admit: () => {
        const now = performance.now();
        // The address is asked last: what one of its users is refused costs the others nothing.
        const userWaitMs = user ? user.buckets.messages.take(now) : 0;
        if (userWaitMs > 0) refuse('user', userWaitMs);
        const waitMs = address.take(now);
        if (waitMs > 0) refuse('address', waitMs);
      },
      leave: () => {
        if (user) user.connections -= 1;
      },
    };
  }

  #shareOf(request: IncomingMessage): Share<Bounded> {
    let share = this.#shares.get(request);
    if (!share) {
      share = this.#addresses.of(partyOf(this.addressOf(request)));
      this.#shares.set(request, share);
    }
    return share;
  }

  #warn({ headers, socket }: IncomingMessage): void {
    if (this.#hasWarned || headers['x-forwarded-for'] === undefined) return;
    if (this.#isTrusted(socket.remoteAddress ?? '')) return;
    this.#hasWarned = true;
    this.#options.onUntrusted();
  }
}
