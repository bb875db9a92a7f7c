import type { User } from '../principal.ts';

/** Finds out for whom a token vouches. */
export interface Authenticator {
  /**
   * @throws SignalingError `unauthenticated`; `token_expired`; `unavailable` when the keys that
   * it takes cannot be had just now.
   */
  authenticate(token: string): Promise<User>;
}
