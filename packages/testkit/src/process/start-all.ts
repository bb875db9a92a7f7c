/**
 * Waits for several starts at once, and hands what started to `stack`, to be ended at once too.
 *
 * Where one fails, the others are waited for all the same: they will have started something that
 * has to be ended.
 *
 * @throws whatever the first failed start threw.
 */
export async function startAll<T extends AsyncDisposable>(
  starts: readonly Promise<T>[],
  stack: AsyncDisposableStack,
): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(starts);
  const started = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  stack.defer(async () => {
    await Promise.all(started.map((resource) => resource[Symbol.asyncDispose]()));
  });
  return Promise.all(starts);
}
