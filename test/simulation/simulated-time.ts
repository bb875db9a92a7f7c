import { vi } from 'vitest';

/** Taken before any test replaces it by a fake. */
const realSetImmediate = globalThis.setImmediate;

/** From here on time passes only as a test lets it; `vi.useRealTimers` ends that. */
export function stopTime(): void {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
}

/** Lets everything happen that needs no time. */
export const breathe = (): Promise<void> => new Promise((resolve) => realSetImmediate(resolve));

/** Lets so much time pass, and everything happen that is due. */
export async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await breathe();
}

/** As often as the quickest timer of a node fires. */
const stepMs = 50;

/** Lets time pass until something is so. @throws Error when it is not within that time */
export async function passUntil(
  isSo: () => boolean | Promise<boolean>,
  { what, withinMs }: { readonly what: string; readonly withinMs: number },
): Promise<void> {
  for (let passedMs = 0; !(await isSo()); passedMs += stepMs) {
    if (passedMs >= withinMs) throw new Error(`${withinMs} ms passed without ${what}`);
    await pass(stepMs);
  }
}
