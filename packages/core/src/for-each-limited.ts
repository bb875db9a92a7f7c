/**
 * Does something with each of many, with so many at a time: whatever else there is to do, signals
 * above all, gets its turn in between.
 */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const work = async () => {
    for (const item of queue) await run(item);
  };
  await Promise.all(Array.from({ length: limit }, work));
}
