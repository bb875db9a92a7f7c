/** How many round trips one test takes. */
const trips = 10;

/** Measures one after the other. @returns what to tell of them. @throws what `measure` throws. */
export async function testLatency(measure: () => Promise<number>): Promise<string> {
  const times: number[] = [];
  while (times.length < trips) times.push(await measure());
  times.sort((a, b) => a - b);
  const [best = 0, worst = 0] = [times[0], times.at(-1)];
  const median = times[Math.floor(trips / 2)] ?? 0;
  const [typical, from, to] = [median, best, worst].map((ms) => ms.toFixed(1));
  return `${typical} ms (${from} to ${to}, of ${trips})`;
}
