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
 * What the mean is made of may be as old as this, in looks: the time between two renewals of this
 * node's lease, and before it one that another node all but let run out.
 */
const meanAge = 8;

/**
 * Evens connections out over the nodes. New nodes get new clients, but clients stay for hours: a
 * node that has more connections than the others lets go of some, a bounded part a second, which
 * a load balancer then sends to those that have fewer.
 *
 * It begins when this node is over the mean by the tolerance, and ends at the mean: nodes that are
 * about even move nobody. While it cannot be known how others do, nobody is moved either.
 *
 * While clients come in, the mean lags behind; so what counts is what this node has had for as long.
 */
export class Shedder {
  readonly #dependencies: ShedderDependencies;
  #timer: NodeJS.Timeout | undefined;
  #isShedding = false;
  /** How many connections there were at the last looks. */
  readonly #counts: number[] = new Array(meanAge + 1).fill(0);

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
    this.#counts.shift();
    this.#counts.push(connections.count);
    const excess = this.#excess(Math.min(...this.#counts), meanLoad());
    if (excess <= 0) return;
    const count = Math.min(excess, Math.ceil((connections.count * percent) / 100));
    connections.shed(count);
    onShed(count);
  }

  #excess(own: number, mean: number | undefined): number {
    const { tolerancePercent } = this.#dependencies;
    if (mean === undefined) return 0;
    const excess = Math.floor(own - mean);
    if (excess > Math.max((mean * tolerancePercent) / 100, negligible)) this.#isShedding = true;
    if (excess <= 0) this.#isShedding = false;
    return this.#isShedding ? excess : 0;
  }
}
