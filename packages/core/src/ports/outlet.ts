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
   * `reconnect`: the client comes back by itself, and resumes what can be resumed.
   * Anything else: the client is told, and stays away.
   */
  close(reason: CloseReason): void;
}

export type CloseReason =
  | 'reconnect'
  /** Another connection holds the session now, or another session of the user is in its place. */
  | 'replaced'
  /** An operator has ended the session. */
  | 'evicted'
  /** The token, under which the session went on, has expired. */
  | 'expired';
