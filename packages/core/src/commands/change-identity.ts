import { SignalingError } from '@switchboard/protocol';
import type { SelfIdentity } from '../principal.ts';
import type { Session } from '../session.ts';
import type { CommandContext } from './context.ts';

/**
 * A session is from then on who it says to be, or nobody's (null).
 *
 * @throws SignalingError `session_replaced` when it is held elsewhere by now; `unavailable`, and
 * then it stays who it was.
 */
export function changeIdentity(
  { attachments, sessions }: CommandContext,
  session: Session,
  said: SelfIdentity | null,
): Promise<void> {
  return attachments.move(session, said, async () => {
    const isCurrent = await sessions.describe(session.binding, session.profileAs(said));
    if (!isCurrent) throw new SignalingError('session_replaced');
  });
}
