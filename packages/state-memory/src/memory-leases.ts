import type { LeaseStore, NodeListing, NodeReport, RenewOutcome } from '@switchboard/core';
import type { NodeId } from '@switchboard/protocol';

/** What the nodes on one backend share: leases in one process, on its monotonic clock. */
export class SharedLeases {
  /** When each runs out; a lease is `<node>:<term>`. */
  readonly until = new Map<string, number>();
  readonly terms = new Map<NodeId, number>();
  /** The latest process of each name. */
  readonly processes = new Map<NodeId, MemoryLeases>();
  /** What each lease's node said last. */
  readonly reports = new Map<string, NodeReport>();
  readonly leaseMs: number;

  constructor(leaseMs: number) {
    this.leaseMs = leaseMs;
  }
}

export class MemoryLeases implements LeaseStore {
  readonly #shared: SharedLeases;
  readonly #node: NodeId;
  readonly #detach: (lease: string) => void;
  #term = 0;

  /** @param detach starts the grace of every session that is held under a lease. */
  constructor(shared: SharedLeases, node: NodeId, detach: (lease: string) => void) {
    this.#shared = shared;
    this.#node = node;
    this.#detach = detach;
  }

  get leaseMs(): number {
    return this.#shared.leaseMs;
  }

  /** The lease of this node at the moment. */
  get lease(): string {
    return `${this.#node}:${this.#term}`;
  }

  async take(): Promise<void> {
    const isFirst = this.#term === 0;
    if (isFirst) this.#shared.processes.set(this.#node, this);
    if (!this.#isUsurped) this.#begin();
  }

  async renew(report: NodeReport): Promise<RenewOutcome> {
    if (this.#isUsurped) return { kind: 'usurped' };
    const { until, reports, leaseMs } = this.#shared;
    const isLate = (until.get(this.lease) ?? 0) < performance.now();
    if (isLate) this.#begin();
    else until.set(this.lease, performance.now() + leaseMs);
    reports.set(this.lease, report);
    return { kind: isLate ? 'late' : 'renewed', ...this.#census(), dataLost: false };
  }

  async list(): Promise<NodeListing[]> {
    const { reports } = this.#shared;
    return this.#alive().flatMap((lease) => {
      const report = reports.get(lease);
      return report ? [{ node: nodeOf(lease), ...report }] : [];
    });
  }

  async release(): Promise<void> {
    this.#forget(this.lease);
  }

  async bury(lease: string): Promise<void> {
    this.#detach(lease);
    this.#forget(lease);
  }

  #forget(lease: string): void {
    this.#shared.until.delete(lease);
    this.#shared.reports.delete(lease);
  }

  /** A later process runs under this name. */
  get #isUsurped(): boolean {
    return this.#shared.processes.get(this.#node) !== this;
  }

  #begin(): void {
    const { terms, until, leaseMs } = this.#shared;
    this.#term = (terms.get(this.#node) ?? 0) + 1;
    terms.set(this.#node, this.#term);
    until.set(this.lease, performance.now() + leaseMs);
  }

  #alive(now = performance.now()): string[] {
    const leases = [...this.#shared.until].filter(([, until]) => until >= now);
    return leases.map(([lease]) => lease).sort();
  }

  #census() {
    const now = performance.now();
    const alive = this.#alive(now);
    const expired = [...this.#shared.until].filter(([, until]) => until < now);
    const loads = alive.flatMap((lease) => {
      const report = this.#shared.reports.get(lease);
      return report?.drainingSince === null ? [report.connections] : [];
    });
    const total = loads.reduce((sum, load) => sum + load, 0);
    return {
      share: { index: alive.indexOf(this.lease), of: alive.length },
      expired: expired.map(([lease]) => lease).sort(),
      meanLoad: total / Math.max(loads.length, 1),
    };
  }
}

const nodeOf = (lease: string): NodeId => lease.slice(0, lease.lastIndexOf(':')) as NodeId;
