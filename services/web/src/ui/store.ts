/** One value that many parts of a page look at. */
export class Store<T extends object> {
  readonly #readers = new Set<(value: T) => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Changes what is named; readers are told at once. */
  set(changes: Partial<T>): void {
    this.#value = { ...this.#value, ...changes };
    for (const read of this.#readers) read(this.#value);
  }

  /** Calls `read` now and at every change. */
  watch(read: (value: T) => void): void {
    this.#readers.add(read);
    read(this.#value);
  }
}
