/**
 * Under which names dialects relay what has no meaning in the canonical protocol, so that those
 * which have a word for it understand one another.
 */
export const relayNames = {
  callStarted: 'call:started',
  callEnded: 'call:ended',
} as const;
