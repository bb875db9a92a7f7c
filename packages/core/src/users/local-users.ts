import type { UserRef } from '../ports/user-store.ts';
import type { Session } from '../session.ts';
import { type UserKey, userKey } from './user-key.ts';

/** The sessions of this node by the user they belong to. */
export class LocalUsers {
  readonly #sessions = new Map<UserKey, Set<Session>>();
  readonly #keys = new Map<Session, UserKey>();

  /** A session is of one user at a time. */
  enter(session: Session, user: UserRef): void {
    this.leave(session);
    const key = userKey(user);
    const sessions = this.#sessions.get(key) ?? new Set();
    this.#sessions.set(key, sessions.add(session));
    this.#keys.set(session, key);
  }

  leave(session: Session): void {
    const key = this.#keys.get(session);
    if (key === undefined) return;
    this.#keys.delete(session);
    const sessions = this.#sessions.get(key);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#sessions.delete(key);
  }

  of(user: UserRef): ReadonlySet<Session> {
    return this.#sessions.get(userKey(user)) ?? none;
  }
}

const none: ReadonlySet<Session> = new Set();
