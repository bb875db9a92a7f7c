import { SignalingError } from '@switchboard/protocol';
import type { UserRef } from '../ports/user-store.ts';
import type { Session } from '../session.ts';

/**
 * As whom a session calls.
 *
 * @throws SignalingError `forbidden` of nobody in particular; `unavailable` while the session is
 * not written down as that user's, and its end would not end its calls.
 */
export function attachedUser({ user, isAttached }: Session): UserRef {
  if (!user) {
    const message = 'This takes a user: a token, or session:identify before.';
    throw new SignalingError('forbidden', { message });
  }
  if (!isAttached) throw new SignalingError('unavailable');
  return user;
}
