import type { LeaseStore, RenewOutcome, Share } from '@switchboard/core';
import type { NodeId } from '@switchboard/protocol';
import type { RedisClient } from '../connection/client.ts';
import { loadScripts } from '../connection/script.ts';
import { asUnavailable } from '../connection/unavailable.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { type Keys, partitions } from '../keys.ts';
import { type Tenure, tenureOf } from './tenure.ts';

type RenewAnswer =
  | ['renewed' | 'late', term: number, alive: Tenure[], expired: Tenure[]]
  | ['usurped'];

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
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #node: NodeId;
  readonly #dataset: Dataset;
  readonly #scripts = loadScripts(import.meta.url, ['take-lease', 'renew-lease', 'detach-node']);
  #term = 0;

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
    const args = [this.#node, this.leaseMs];
    this.#term = (await this.#scripts['take-lease'].run(
      this.#redis,
      this.#keys.leases(),
      args,
    )) as number;
  }

  async renew(): Promise<RenewOutcome> {
    const args = [this.#node, this.#term, this.leaseMs];
    const answer = (await this.#scripts['renew-lease'].run(
      this.#redis,
      this.#keys.leases(),
      args,
    )) as RenewAnswer;
    if (answer[0] === 'usurped') return { kind: 'usurped' };
    const [status, term, alive, expired] = answer;
    this.#term = term;
    const dataLost = await this.#dataset.wasLost();
    return { kind: status, share: shareOf(this.tenure, alive), expired, dataLost };
  }

  async release(): Promise<void> {
    await this.#forget(this.tenure);
  }

  async bury(tenure: string): Promise<void> {
    const detach = (partition: number) =>
      this.#scripts['detach-node'].run(
        this.#redis,
        [this.#keys.boundPrefix(partition) + tenure, this.#keys.timers(partition)],
        [this.#keys.sessionPrefix(partition)],
      );
    await Promise.all(partitions.map(detach));
    await this.#forget(tenure);
  }

  async #forget(tenure: string): Promise<void> {
    const [leases] = this.#keys.leases();
    try {
      await this.#redis.zrem(leases, tenure);
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}

/** Work that any node could do is divided among those alive, in the order of their names. */
function shareOf(tenure: Tenure, alive: readonly Tenure[]): Share {
  const index = alive.toSorted().indexOf(tenure);
  return { index: Math.max(index, 0), of: Math.max(alive.length, 1) };
}
