import { Counter, type Metric, type Registry } from 'prom-client';

/**
 * Metrics for the way of a signal. prom-client looks labels up at every call, which takes some
 * 200 ns; these are a number in a field, and are copied when somebody asks for them.
 */

interface Definition<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly registry: Registry;
}

/** One series of a counter. */
export interface Cell {
  value: number;
}

/** A counter whose series are taken hold of once and then counted up by hand. */
export class HotCounter<Label extends string> {
  readonly #cells: { readonly labels: Record<Label, string>; readonly cell: Cell }[] = [];

  constructor({ registry, ...definition }: Definition<Label>) {
    const cells = this.#cells;
    new Counter({
      ...definition,
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, cell } of cells) this.inc(labels, cell.value);
      },
    });
  }

  /** A new series; to be called once for each combination of labels. */
  cell(labels: Record<Label, string>): Cell {
    const cell = { value: 0 };
    this.#cells.push({ labels, cell });
    return cell;
  }
}

/** One series of a histogram. */
export class HotSeries {
  readonly #bounds: readonly number[];
  /** How many fell under each bound and over the one before; the last is for all that is more. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let index = 0;
    while (index < bounds.length && value > (bounds[index] as number)) index += 1;
    this.counts[index] = (this.counts[index] as number) + 1;
    this.sum += value;
  }
}

/** A histogram of the same kind. Its bounds are few: they are gone through one by one. */
export class HotHistogram<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly type = 'histogram';
  readonly #bounds: readonly number[];
  readonly #series: { readonly labels: Record<Label, string>; readonly series: HotSeries }[] = [];

  constructor(definition: Definition<Label> & { readonly buckets: readonly number[] }) {
    this.name = definition.name;
    this.help = definition.help;
    this.labelNames = definition.labelNames;
    this.#bounds = definition.buckets;
    // All that a registry asks of a metric is `get`, though its type says more.
    definition.registry.registerMetric(this as unknown as Metric);
  }

  /** A new series; to be called once for each combination of labels. */
  series(labels: Record<Label, string>): HotSeries {
    const series = new HotSeries(this.#bounds);
    this.#series.push({ labels, series });
    return series;
  }

  /** As prom-client shows a metric. */
  async get() {
    const { name, help, type } = this;
    const values = this.#series.flatMap(({ labels, series }) => this.#show(labels, series));
    return { name, help, type, values, aggregator: 'sum' };
  }

  #show(labels: Record<Label, string>, { counts, sum }: HotSeries) {
    const bounds = [...this.#bounds, '+Inf'];
    let total = 0;
    const buckets = bounds.map((le, index) => {
      total += counts[index] ?? 0;
      return { metricName: `${this.name}_bucket`, labels: { ...labels, le }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: total },
    ];
  }
}
