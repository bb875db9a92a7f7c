/** The connections of this node, as shedding sees them. */
export interface SheddableConnections {
  readonly count: number;
  /** Closes so many, so that their clients resume elsewhere. */
  shed(count: number): void;
}

export interface ShedderDependencies {
  readonly connections: SheddableConnections;
  /** Of all nodes; undefined while nobody can say, or clients could not resume. */
  readonly meanLoad: () => number | undefined;
  /** Of its connections, what is closed in a second at most. */
  readonly percent: number;
  /** How far over the mean is too many. */
  readonly tolerancePercent: number;
  readonly onShed: (count: number) => void;
}

const intervalMs = 1_000;
/** So few over the mean are not worth a reconnection. */
const negligible = 10;
/**
 * For so many seconds it has to be over: other nodes say their load every two seconds, so in a
 * burst of new clients whoever looks first believes to have them all.
 */
const patience = 8;

/**
 * Evens connections out over the nodes. New nodes get new clients, but clients stay for hours: a
 * node that has more connections than the others lets go of some, a bounded part a second, which
 * a load balancer then sends to those that have fewer.
 *
 * It begins when this node has been over the mean by the tolerance for a while, and ends at the mean: nodes that are
 * about even move nobody. While it cannot be known how others do, nobody is moved either.
 */
export class Shedder {
  readonly #dependencies: ShedderDependencies;
  #timer: NodeJS.Timeout | undefined;
  #isShedding = false;
  /** Seconds in a row. */
  #secondsOver = 0;

  constructor(dependencies: ShedderDependencies) {
    this.#dependencies = dependencies;
  }

  open(): void {
    if (this.#dependencies.percent === 0) return;
    this.#timer = setInterval(() => this.step(), intervalMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What happens once a second. */
  step(): void {
    const { connections, meanLoad, percent, onShed } = this.#dependencies;
    const excess = this.#excess(connections.count, meanLoad());
    if (excess <= 0) return;
    const count = Math.min(excess, Math.ceil((connections.count * percent) / 100));
    connections.shed(count);
    onShed(count);
  }

  #excess(own: number, mean: number | undefined): number {
    const { tolerancePercent } = this.#dependencies;
    if (mean === undefined) {
      this.#secondsOver = 0;
      return 0;
    }
    const excess = Math.floor(own - mean);
    const isOver = excess > Math.max((mean * tolerancePercent) / 100, negligible);
    this.#secondsOver = isOver ? this.#secondsOver + 1 : 0;
    if (this.#secondsOver > patience) this.#isShedding = true;
    if (excess <= 0) this.#isShedding = false;
    return this.#isShedding ? excess : 0;
  }
}
