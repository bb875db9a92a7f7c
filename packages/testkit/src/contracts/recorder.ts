/** How long a test waits for something that should come at once. */
const patienceMs = 5_000;

/** Keeps what came, in order, and lets a test wait for what has not come yet. */
export class Recorder<T> {
  readonly seen: T[] = [];
  #waiting: { matches: (item: T) => boolean; resolve: (item: T) => void }[] = [];

  readonly record = (item: T): void => {
    this.seen.push(item);
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ matches }) => !matches(item));
    for (const { matches, resolve } of waiting) if (matches(item)) resolve(item);
  };

  /** The first item that matches, whether it has come already or not. */
  async first(
    matches: (item: T) => boolean,
    what = 'a matching item',
    timeoutMs = patienceMs,
  ): Promise<T> {
    const present = this.seen.find(matches);
    if (present !== undefined) return present;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(
      () => reject(new Error(`${what} did not come; seen: ${JSON.stringify(this.seen)}`)),
      timeoutMs,
    );
    this.#waiting.push({ matches, resolve });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
