import type { Notice } from './delivery.ts';

/**
 * The connection of one session, as the core sees it: the way out to its client.
 */
export interface Outlet {
  /** Emits to the client, in the order of calls. */
  deliver(notice: Notice): void;
  /**
   * Ends the connection.
   *
   * `replaced`: another connection holds the session now; the client is told, and stays away.
   * `reconnect`: the client comes back by itself, and resumes what can be resumed.
   */
  close(reason: 'replaced' | 'reconnect'): void;
}
