import type { Lines } from './panels.ts';

/** What a dashboard looks at: a whole cluster, or some of its nodes. */
export const cluster = 'job="$job"';
export const nodes = 'job="$job",instance=~"$instance"';

/** How often a second something is counted, by some of its labels. */
export const rate = (counter: string, selector: string, by: readonly string[] = []): string =>
  `sum${byClause(by)} (rate(${counter}{${selector}}[$__rate_interval]))`;

/** A quantile of a histogram, over the time between two points of a graph. */
export const quantile = (
  q: number,
  histogram: string,
  { selector, by = [] }: { selector: string; by?: readonly string[] },
): string => `histogram_quantile(${q}, ${rate(`${histogram}_bucket`, selector, ['le', ...by])})`;

/** The usual three. */
export const quantiles = (histogram: string, selector: string): Lines =>
  Object.fromEntries(
    [0.5, 0.9, 0.99].map((q) => [`p${q * 100}`, quantile(q, histogram, { selector })]),
  );

const byClause = (labels: readonly string[]) =>
  labels.length > 0 ? ` by (${labels.join(', ')})` : '';
