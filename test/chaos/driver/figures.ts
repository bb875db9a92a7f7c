/** The value that so many per cent of all values do not exceed (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** `p50 812 ms, p99 2310 ms, most 2518 ms (of 400)` */
export const describeTimes = (times: readonly number[]): string =>
  times.length === 0
    ? 'none'
    : [50, 99]
        .map((percent) => `p${percent} ${Math.round(percentile(times, percent))} ms`)
        .concat(`most ${Math.round(Math.max(...times))} ms (of ${times.length})`)
        .join(', ');

/** Prints what a scenario measured, in one piece. */
export function printFigures(scenario: string, figures: Readonly<Record<string, unknown>>): void {
  const lines = Object.entries(figures).map(
    ([name, value]) => `  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  console.log([`${scenario}`, ...lines].join('\n'));
}
