import type { Observer } from './ports/observer.ts';
import type { LeaseStore, NodeReport, RenewOutcome, Share } from './ports/session-store.ts';

/** What happens in the rhythm of the heartbeat. */
export interface HeartbeatActions {
  /** This process stood still for so long that others may have given it up. */
  onFrozen(): void;
  /** Another process runs under this node's name. */
  onUsurped(): void;
  /** What this node holds has to be compared with the store. */
  requestAll(): void;
  /** What the others are to know of this node. */
  report(): NodeReport;
  /** Whether something waits for the store, so that the next renewal should come soon. */
  isPressing(): boolean;
  /** Called after each renewal: the store can be reached. */
  afterRenewal(): Promise<void>;
  /** Called every half second: so many parts make a whole, which is looked at in 30 s. */
  compare(part: Share): Promise<void>;
  /** Called once a second, while this node may act for all: its share of what is due. */
  expire(share: Share): Promise<void>;
}

export interface HeartbeatDependencies {
  readonly leases: LeaseStore;
  readonly observer: Observer;
  readonly actions: HeartbeatActions;
}

/** The pulse: often enough to notice a freeze, and to try again soon when something presses. */
const pulseMs = 500;
/** In so many parts all rooms are compared with the store, a part a pulse: 30 s for all. */
const comparedParts = 60;
/** Between looks at what is due in the whole cluster. */
const expiryMs = 1_000;

/**
 * Keeps this node's lease, and watches over those of others.
 *
 * The lease is also checked on this process's own clock, whenever something comes in: a process
 * that wakes from a freeze lets go of its sessions before it handles what was queued meanwhile.
 *
 * A node judges others only after it has renewed without a gap for longer than a lease lasts:
 * when the store was away from everybody, those who come back first must not bury the rest.
 */
export class Heartbeat {
  readonly #leases: LeaseStore;
  readonly #observer: Observer;
  readonly #actions: HeartbeatActions;
  readonly #beatMs: number;
  #timer: NodeJS.Timeout | undefined;
  #lastPulseAt = 0;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #expiredAt = Number.NEGATIVE_INFINITY;
  /** Since when renewals have come without a gap; undefined while they do not. */
  #steadySince: number | undefined;
  #share: Share = { index: 0, of: 1 };
  #meanLoad = 0;
  #comparedPart = 0;
  #isBeating = false;
  #isClosed = false;

  constructor({ leases, observer, actions }: HeartbeatDependencies) {
    this.#leases = leases;
    this.#observer = observer;
    this.#actions = actions;
    this.#beatMs = leases.leaseMs / 3;
  }

  async open(): Promise<void> {
    await this.#leases.take();
    this.#lastPulseAt = performance.now();
    this.#steadySince = this.#lastPulseAt;
    const period = Math.min(pulseMs, this.#beatMs);
    this.#timer = setInterval(() => this.#pulse(), period).unref();
  }

  /** To be asked before anything that came in is handled. @returns whether it may be. */
  checkAwake(): boolean {
    const now = performance.now();
    // The pulse is far quicker, unless nothing in this process moved.
    if (now - this.#lastPulseAt < this.#leases.leaseMs - this.#beatMs / 2) return true;
    this.#lastPulseAt = now;
    this.#steadySince = undefined;
    this.#actions.onFrozen();
    this.#leases.take().catch((error: unknown) => this.#observer.fault('no new lease', error));
    return false;
  }

  /** Whether this node has renewed long enough without a gap to judge others. */
  get mayJudge(): boolean {
    const steadySince = this.#steadySince;
    const apprenticeshipMs = (this.#leases.leaseMs * 4) / 3;
    return steadySince !== undefined && performance.now() - steadySince >= apprenticeshipMs;
  }

  /** How many nodes have a lease, as the last renewal said. */
  get nodeCount(): number {
    return this.#share.of;
  }

  /**
   * The mean number of connections of the nodes that take new ones. Undefined while nobody can say,
   * and while this node judges nobody: what others have said of themselves may be as old as the
   * gap that the store was away, or from before a failover.
   */
  get meanLoad(): number | undefined {
    const isFresh = performance.now() - this.#renewedAt < this.#leases.leaseMs;
    return isFresh && this.mayJudge ? this.#meanLoad : undefined;
  }

  /** What this node has seen of others may not be the whole truth: it judges nobody for a while. */
  disturb(): void {
    this.#steadySince = undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#leases.release().catch(() => undefined);
  }

  #pulse(): void {
    this.checkAwake();
    this.#lastPulseAt = performance.now();
    if (this.#isBeating || this.#isClosed) return;
    this.#isBeating = true;
    this.#beat().finally(() => {
      this.#isBeating = false;
    });
  }

  async #beat(): Promise<void> {
    const now = performance.now();
    try {
      if (now - this.#renewedAt >= this.#beatMs || this.#actions.isPressing()) {
        await this.#judge(await this.#leases.renew(this.#actions.report()));
        this.#renewedAt = now;
        await this.#actions.afterRenewal();
      }
      this.#comparedPart = (this.#comparedPart + 1) % comparedParts;
      await this.#actions.compare({ index: this.#comparedPart, of: comparedParts });
      if (now - this.#expiredAt >= expiryMs && this.mayJudge) {
        await this.#actions.expire(this.#share);
        this.#expiredAt = now;
      }
    } catch {
      // The store says for itself that it is away; here it only matters that a beat is missing.
      this.#renewedAt = Number.NEGATIVE_INFINITY;
      this.#steadySince = undefined;
      this.#actions.requestAll();
    }
  }

  async #judge(outcome: RenewOutcome): Promise<void> {
    if (outcome.kind === 'usurped') return this.#actions.onUsurped();
    this.#share = outcome.share;
    this.#meanLoad = outcome.meanLoad;
    if (outcome.kind === 'late' || outcome.dataLost) {
      this.#steadySince = undefined;
      this.#actions.requestAll();
    }
    this.#steadySince ??= performance.now();
    if (!this.mayJudge) return;
    for (const lease of outcome.expired) {
      await this.#leases.bury(lease);
      this.#observer.nodeBuried();
    }
  }
}
