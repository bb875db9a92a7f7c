import { type Rate, TokenBucket } from '@switchboard/core';

/** What all connections of one party have together. */
export class Share<K extends string> {
  connections = 0;
  readonly buckets: { readonly [P in K]: TokenBucket };

  constructor(buckets: { readonly [P in K]: TokenBucket }) {
    this.buckets = buckets;
  }

  /** Whether forgetting it makes no difference. */
  isIdle(now: number): boolean {
    const buckets: readonly TokenBucket[] = Object.values(this.buckets);
    return this.connections === 0 && buckets.every((bucket) => bucket.isFull(now));
  }
}

/** The shares of all parties, looked up once for each connection and then held by it. */
export class Shares<K extends string> {
  readonly #rates: { readonly [P in K]: Rate };
  readonly #shares = new Map<string, Share<K>>();

  constructor(rates: { readonly [P in K]: Rate }) {
    this.#rates = rates;
  }

  /** Parties that are kept in mind. */
  get size(): number {
    return this.#shares.size;
  }

  of(party: string): Share<K> {
    let share = this.#shares.get(party);
    if (!share) {
      const now = performance.now();
      const buckets = Object.entries<Rate>(this.#rates).map(([name, rate]) => [
        name,
        new TokenBucket(rate, now),
      ]);
      share = new Share<K>(Object.fromEntries(buckets));
      this.#shares.set(party, share);
    }
    return share;
  }

  /** Forgets whoever has no connection, and could do no more than somebody new. */
  forgetIdle(): void {
    const now = performance.now();
    for (const [party, share] of this.#shares) {
      if (share.isIdle(now)) this.#shares.delete(party);
    }
  }
}
