/** What a join link says: `/join/<session id>?token=<JWT>`. */
export interface SessionLink {
  readonly sessionId: string;
  readonly token: string;
  /** What the one who joins is called by: the role in the token, or else the user. */
  readonly word: string;
}

/** The node has checked the token before it served the page; here it is only read. */
export function readSessionLink({ pathname, search }: Location): SessionLink {
  const token = new URLSearchParams(search).get('token') ?? '';
  const { role, sub } = claimsOf(token);
  const sessionId = decodeURIComponent(pathname.split('/').at(-1) ?? '');
  return { sessionId, token, word: role ?? sub ?? '' };
}

/** The payload of a JSON Web Token (RFC 7519). */
function claimsOf(token: string): { role?: string; sub?: string } {
  const base64 = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}
