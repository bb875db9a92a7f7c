import type { JoinPass } from '@switchboard/dialects';
import { tokenCookie } from '../auth/presented-token.ts';

/**
 * The cookie (RFC 6265) by which a page shows a token that it does not know itself: the handshake
 * reads it, and nothing else is sent it. It is gone when the token is.
 */
export function passCookie({ token, expiresAt }: JoinPass, isSecure: boolean): string {
  const seconds = Math.max(0, Math.floor((expiresAt - Date.now()) / 1_000));
  const attributes = ['Path=/socket.io/', `Max-Age=${seconds}`, 'HttpOnly', 'SameSite=Strict'];
  if (isSecure) attributes.push('Secure');
  return [`${tokenCookie}=${token}`, ...attributes].join('; ');
}
