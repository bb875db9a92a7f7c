/**
 * Carries a session over a reload of the page: its resume token is put away when the page goes,
 * and taken out by the page that comes. Nowhere in between: a tab that is duplicated while the
 * page is there finds nothing to copy, so two tabs do not contend for one session.
 */
export interface ReloadOptions {
  /** Where the token is kept meanwhile; in a browser `sessionStorage`, which is one tab's own. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Calls back when the page goes; by default at the window's `pagehide`. */
  readonly onPageHide?: (handler: () => void) => void;
}

const key = 'switchboard:resume';

/** What the former page left, once. */
export function takeResumeToken({ storage }: ReloadOptions): string | null {
  const token = storage.getItem(key);
  storage.removeItem(key);
  return token;
}

/** @param token what there is to be carried over when the page goes. */
export function keepResumeToken(
  { storage, onPageHide = onWindowHide }: ReloadOptions,
  token: () => string | undefined,
): void {
  onPageHide(() => {
    const current = token();
    if (current !== undefined) storage.setItem(key, current);
  });
}

/** Outside a browser no page ever goes. */
const onWindowHide = (handler: () => void): void => {
  globalThis.addEventListener?.('pagehide', handler);
};
