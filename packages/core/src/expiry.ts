import type { Session } from './session.ts';

/** A session goes on for so long at most after its token has expired. */
const sweepMs = 1_000;

export interface ExpiryDependencies {
  readonly sessions: Iterable<Session>;
  /** Called once for each session whose token has expired. */
  readonly onExpired: (session: Session) => void;
}

/**
 * Watches over the tokens of connected sessions, with one timer for all of them. A session that
 * is without a connection is left alone: its client needs a valid token to come back.
 */
export class Expiry {
  readonly #dependencies: ExpiryDependencies;
  #timer: NodeJS.Timeout | undefined;

  constructor(dependencies: ExpiryDependencies) {
    this.#dependencies = dependencies;
  }

  open(): void {
    this.#timer = setInterval(() => this.#sweep(), sweepMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #sweep(): void {
    const now = Date.now();
    const { sessions, onExpired } = this.#dependencies;
    // Ending one takes it out of what is walked over.
    const expired: Session[] = [];
    for (const session of sessions)
      if (session.isConnected && isOver(session, now)) expired.push(session);
    for (const session of expired) onExpired(session);
  }
}

function isOver({ principal }: Session, now: number): boolean {
  return principal.kind === 'user' && principal.expiresAt !== null && principal.expiresAt <= now;
}
