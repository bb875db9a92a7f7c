import type { LeaseStore, NodeListing, NodeReport, RenewOutcome, Share } from '@switchboard/core';
import type { NodeId } from '@switchboard/protocol';
import type { RedisClient } from '../connection/client.ts';
import { loadScripts } from '../connection/script.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { type Keys, partitions } from '../keys.ts';
import { SharedClock } from './shared-clock.ts';
import { StoreClock } from './store-clock.ts';
import { type Tenure, tenureOf } from './tenure.ts';

type TakeAnswer = ['taken', term: number, born: number, nowUs: number] | ['usurped'];
type RenewAnswer =
  | [
      status: 'renewed' | 'late',
      term: number,
      alive: Tenure[],
      expired: Tenure[],
      nowUs: number,
      totalLoad: number,
      loads: number,
    ]
  | ['usurped'];

const scriptNames = [
  'take-lease',
  'renew-lease',
  'list-nodes',
  'detach-node',
  'forget-lease',
] as const;

export interface RedisLeasesDependencies {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly node: NodeId;
  readonly leaseMs: number;
  readonly dataset: Dataset;
}

/** Which nodes are alive, by the clock of Redis. */
export class RedisLeases implements LeaseStore {
  readonly leaseMs: number;
  readonly clock = new StoreClock();
  readonly sharedClock = new SharedClock();
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #node: NodeId;
  readonly #dataset: Dataset;
  readonly #scripts = loadScripts(import.meta.url, scriptNames);
  #term = 0;
  /** When this process took its first term, by the clock of Redis: by that it is known. */
  #born = 0;

  constructor({ redis, keys, node, leaseMs, dataset }: RedisLeasesDependencies) {
    this.#redis = redis;
    this.#keys = keys;
    this.#node = node;
    this.leaseMs = leaseMs;
    this.#dataset = dataset;
  }

  get tenure(): Tenure {
    return tenureOf(this.#node, this.#term);
  }

  async take(): Promise<void> {
    const askedAt = performance.now();
    const args = [this.#node, this.#born, this.leaseMs];
    const answer = (await this.#run('take-lease', args)) as TakeAnswer;
    // That a later process runs under this name is for the next renewal to say.
    if (answer[0] === 'usurped') return;
    const [, term, born, nowUs] = answer;
    this.#hear(nowUs, askedAt);
    this.#term = term;
    this.#born = born;
  }

  async renew(report: NodeReport): Promise<RenewOutcome> {
    const askedAt = performance.now();
    const answer = (await this.#run('renew-lease', [
      ...[this.#node, this.#term, this.#born, this.leaseMs],
      ...[report.drainingSince === null ? report.connections : -1, JSON.stringify(report)],
    ])) as RenewAnswer;
    if (answer[0] === 'usurped') return { kind: 'usurped' };
    const [status, term, alive, expired, nowUs, totalLoad, loads] = answer;
    this.#hear(nowUs, askedAt);
    this.#term = term;
    const dataLost = await this.#dataset.wasLost();
    const meanLoad = totalLoad / Math.max(loads, 1);
    return { kind: status, share: shareOf(this.tenure, alive), expired, dataLost, meanLoad };
  }

  async list(): Promise<NodeListing[]> {
    const answer = (await this.#run('list-nodes', [])) as string[];
    const listed: NodeListing[] = [];
    for (let index = 0; index + 1 < answer.length; index += 2) {
      const report: NodeReport = JSON.parse(answer[index + 1] as string);
      listed.push({ node: answer[index] as NodeId, ...report });
    }
    return listed.sort((a, b) => (a.node < b.node ? -1 : 1));
  }

  async release(): Promise<void> {
    await this.#run('forget-lease', [this.tenure]);
  }

  async bury(tenure: string): Promise<void> {
    const detach = (partition: number) =>
      this.#scripts['detach-node'].run(
        this.#redis,
        [this.#keys.boundPrefix(partition) + tenure, this.#keys.timers(partition)],
        [this.#keys.sessionPrefix(partition)],
      );
    await Promise.all(partitions.map(detach));
    await this.#run('forget-lease', [tenure]);
  }

  #hear(nowUs: number, askedAt: number): void {
    this.clock.hear(nowUs / 1_000);
    this.sharedClock.hear(nowUs / 1_000, askedAt);
  }

  #run(
    name: Exclude<(typeof scriptNames)[number], 'detach-node'>,
    args: readonly (string | number)[],
  ): Promise<unknown> {
    return this.#scripts[name].run(this.#redis, this.#keys.leases(), args);
  }
}

/** Work that any node could do is divided among those alive, in the order of their names. */
function shareOf(tenure: Tenure, alive: readonly Tenure[]): Share {
  const index = alive.toSorted().indexOf(tenure);
  return { index: Math.max(index, 0), of: Math.max(alive.length, 1) };
}
