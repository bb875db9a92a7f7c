import type { Cursor } from '@switchboard/protocol';

export interface Page<T> {
  readonly entries: readonly T[];
  /** Of the next page; null with the last one. */
  readonly cursor: Cursor | null;
}

/** How many pages one request looks through for something that fits. */
const pagesAtOnce = 10;

/**
 * The first page in which anything fits, with that alone: at most as long as a page is, maybe
 * shorter. What fits is rare at times, so only so many pages are looked through; the answer is
 * empty then, and says where to go on.
 */
export async function filteredPage<T>(
  start: Cursor | null,
  read: (cursor: Cursor | null) => Promise<Page<T>>,
  fits: (entry: T) => boolean,
): Promise<Page<T>> {
  let cursor = start;
  for (let looked = 0; looked < pagesAtOnce; looked += 1) {
    const page = await read(cursor);
    const entries = page.entries.filter(fits);
    ({ cursor } = page);
    if (entries.length > 0 || cursor === null) return { entries, cursor };
  }
  return { entries: [], cursor };
}
