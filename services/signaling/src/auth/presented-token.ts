import type { IncomingHttpHeaders } from 'node:http';
import { SignalingError } from '@switchboard/protocol';

/** The cookie that the join page sets. */
export const tokenCookie = 'switchboard_token';

/** What a client sends to begin a connection. */
export interface Handshake {
  readonly auth: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
  readonly query: Readonly<Record<string, unknown>>;
}

export interface PresentedTokenOptions {
  /** Origins whose pages are trusted with the cookie, besides the node's own. */
  readonly trustedOrigins: readonly string[];
}

/**
 * SPEC 7.1: the token that a client shows. Of several the first counts, in the order of the list.
 *
 * @returns null when it shows none.
 * @throws SignalingError `unauthenticated` for what stands in a token's place and is no text.
 */
export function presentedToken(
  { auth, headers, query }: Handshake,
  { trustedOrigins }: PresentedTokenOptions,
): string | null {
  const places = [
    () => auth['token'],
    () => bearerToken(headers.authorization),
    () => query['token'],
    () => (mayUseCookie(headers, trustedOrigins) ? cookie(headers.cookie) : undefined),
  ];
  for (const look of places) {
    const found = look();
    if (found === undefined || found === null || found === '') continue;
    if (typeof found !== 'string') throw new SignalingError('unauthenticated');
    return found;
  }
  return null;
}

/** The token of an `Authorization` header (RFC 6750, 2.1); other schemes are for others. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

function cookie(header: string | undefined): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${tokenCookie}=`))?.slice(tokenCookie.length + 1);
}

/**
 * Browsers send a cookie whichever page connects, and a WebSocket is not held back by CORS: the
 * cookie counts only for pages of this node or of a listed origin, and for what is no browser.
 */
function mayUseCookie(headers: IncomingHttpHeaders, trustedOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || trustedOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
