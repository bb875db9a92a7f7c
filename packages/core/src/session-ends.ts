import type { LeaveReason } from '@switchboard/protocol';
import type { CloseReason } from './ports/outlet.ts';

interface SessionEnd {
  /** How its connection is closed, if it has one. */
  readonly close: CloseReason;
  /** What the others in its rooms are told. */
  readonly reason: LeaveReason;
  /** Remembered, and told to a client that comes back for it. */
  readonly how?: 'replaced';
}

export type SessionEndCause = 'goodbye' | 'expired' | 'replaced';

/** Why a session ends before its grace does. */
export const sessionEnds: { readonly [K in SessionEndCause]: SessionEnd } = {
  /** Its client has said so. */
  goodbye: { close: 'reconnect', reason: 'left' },
  /** Its token has expired. */
  expired: { close: 'expired', reason: 'disconnected' },
  /** Another session of the same user is in its place. */
  replaced: { close: 'replaced', reason: 'replaced', how: 'replaced' },
};
