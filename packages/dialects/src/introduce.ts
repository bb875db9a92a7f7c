import type { Role, UserId } from '@switchboard/protocol';
import type { Link } from './dialect.ts';

export interface Introduction {
  readonly userId: UserId;
  readonly name?: string;
  readonly role?: Role;
}

/**
 * Takes the user id that a payload says: a token's counts, and another one is refused; without a
 * token it is who the client is from now on.
 *
 * @throws SignalingError `identity_mismatch`
 */
export async function introduce(link: Link, introduction: Introduction): Promise<void> {
  const known = link.identity();
  const isKnown =
    known.userId === introduction.userId &&
    (known.isVouched ||
      (known.name === (introduction.name ?? null) && known.role === (introduction.role ?? null)));
  if (!isKnown) await link.execute('session:identify', introduction);
}
