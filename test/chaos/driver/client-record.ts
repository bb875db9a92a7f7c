/** Something that happened to a client. */
export interface Entry {
  /** `performance.now()` of this process. */
  readonly at: number;
  readonly what: string;
  readonly detail: string;
}

/**
 * What happened to one client: every event it was told of, by name and with its ids, and every
 * change of its connection. Of signals only the number is kept.
 */
export class ClientRecord {
  readonly name: string;
  readonly #counts = new Map<string, number>();
  readonly #entries: Entry[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Counts something that is too frequent to be kept. */
  tally(what: string): void {
    this.#counts.set(what, this.count(what) + 1);
  }

  note(what: string, detail = ''): void {
    this.tally(what);
    this.#entries.push({ at: performance.now(), what, detail });
  }

  count(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  of(...names: readonly string[]): readonly Entry[] {
    return this.#entries.filter(({ what }) => names.includes(what));
  }

  /** For the message of a failed test. @param since where time begins, on the same clock. */
  describe(since: number): string {
    const lines = this.#entries.map(
      ({ at, what, detail }) => `  ${((at - since) / 1_000).toFixed(2)} s  ${what} ${detail}`,
    );
    const counts = [...this.#counts].map(([what, count]) => `${what} ${count}`).join(', ');
    return [`${this.name}: ${counts}`, ...lines].join('\n');
  }
}
