import { randomId } from '@switchboard/core';
import { Cluster } from 'ioredis';
import type { RedisClient } from '../connection/client.ts';
import { loadScripts } from '../connection/script.ts';
import { asUnavailable } from '../connection/unavailable.ts';
import { type Keys, partitions } from '../keys.ts';

/** After a loss: long enough for every node to notice and to register what it holds. */
const closedAfterLossMs = 3_000;
/** Partitions looked at by one check: any of them will do on one server, and some on several. */
const sampleSize = { single: 1, cluster: 16 };

/**
 * Every partition carries a random id, by which a node notices that the data is not what it was:
 * emptied, or restarted without what it held, on all masters or on one.
 */
export class Dataset {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #scripts = loadScripts(import.meta.url, ['mark-dataset'], { prelude: false });
  #known: string[] = [];
  #next = 0;

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /**
   * To be called once, before this node subscribes and before anything is written: from then on a
   * loss is noticed. A data set without ids is the first one of a new cluster, unless there are
   * nodes already: then it was lost, and they have not noticed yet.
   */
  async open(): Promise<void> {
    this.#known = await this.#mark((await this.#hasNodes()) ? closedAfterLossMs : 0);
  }

  /**
   * Whether data was lost since the last call. Nobody can join anything for a while then, so
   * that those who were in can be registered first.
   *
   * @throws SignalingError `unavailable`
   */
  async wasLost(): Promise<boolean> {
    const sample = this.#nextSample();
    const ids = await Promise.all(sample.map((partition) => this.#read(partition)));
    if (sample.every((partition, index) => ids[index] === this.#known[partition])) return false;
    this.#known = await this.#mark(closedAfterLossMs);
    return true;
  }

  /** Whether any node is subscribed to its channel, which needs no data. */
  async #hasNodes(): Promise<boolean> {
    const servers = this.#redis instanceof Cluster ? this.#redis.nodes('all') : [this.#redis];
    const pattern = `${this.#keys.channelPrefix}*`;
    const channels = await Promise.all(servers.map((server) => server.pubsub('CHANNELS', pattern)));
    return channels.flat().length > 0;
  }

  #nextSample(): number[] {
    const size = this.#redis instanceof Cluster ? sampleSize.cluster : sampleSize.single;
    const first = this.#next;
    this.#next = (first + size) % partitions.length;
    return partitions.slice(first, first + size);
  }

  async #read(partition: number): Promise<string | null> {
    try {
      return await this.#redis.hget(this.#keys.dataset(partition), 'id');
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  #mark(closedMs: number): Promise<string[]> {
    const id = randomId();
    const mark = async (partition: number) => {
      const keys = [this.#keys.dataset(partition)];
      return (await this.#scripts['mark-dataset'].run(this.#redis, keys, [id, closedMs])) as string;
    };
    return Promise.all(partitions.map(mark));
  }
}
