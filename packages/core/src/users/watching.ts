import {
  limits,
  type PresenceStatus,
  SignalingError,
  type UserId,
  type UserPresence,
} from '@switchboard/protocol';
import type { Share } from '../ports/session-store.ts';
import type { UserRef, UserStanding, UserStore } from '../ports/user-store.ts';
import type { Session } from '../session.ts';
import { type UserKey, userKey } from './user-key.ts';

interface Watched {
  readonly user: UserRef;
  readonly watchers: Set<Session>;
  /** As this node knows it; undefined until the store has said. */
  status: PresenceStatus | undefined;
  rev: number;
}

/** Users asked about at once: each takes its turn in the store. */
const batchSize = 1_000;

/**
 * The users whom sessions of this node watch. However many watch a user, the node has itself told
 * of the changes once; and it asks anew in time, because a message that is lost leaves no trace.
 */
export class Watching {
  readonly #users: UserStore;
  readonly #watched = new Map<UserKey, Watched>();
  readonly #bySession = new Map<Session, Set<UserKey>>();
  /** Changes may have been missed. */
  #isStale = false;

  constructor(users: UserStore) {
    this.#users = users;
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  /** @throws SignalingError `too_many_watched`, `unavailable` */
  async watch(session: Session, userIds: readonly UserId[]): Promise<UserPresence[]> {
    const { tenant } = session.principal;
    const users = [...new Set(userIds)].map((userId) => ({ tenant, userId }));
    const keys = this.#bySession.get(session) ?? new Set();
    const added = users.filter((user) => !keys.has(userKey(user)));
    if (keys.size + added.length > limits.watchedUsers) {
      throw new SignalingError('too_many_watched');
    }
    for (const user of added) this.#add(session, user);
    let standings: UserStanding[];
    try {
      standings = await this.#users.watch(users);
    } catch (error) {
      this.#remove(session, added);
      throw error;
    }
    for (const standing of standings) this.hear(standing);
    // It may have been let go of meanwhile.
    if (session.isClosed) this.leave(session);
    return standings.map(({ user, status }) => ({
      userId: user.userId,
      status: this.#watched.get(userKey(user))?.status ?? status,
    }));
  }

  unwatch(session: Session, userIds: readonly UserId[]): void {
    const { tenant } = session.principal;
    this.#remove(
      session,
      userIds.map((userId) => ({ tenant, userId })),
    );
  }

  /** A session is not at this node any more. */
  leave(session: Session): void {
    const keys = [...(this.#bySession.get(session) ?? [])];
    this.#remove(
      session,
      keys.flatMap((key) => this.#watched.get(key)?.user ?? []),
    );
  }

  /** How a user is, or was: what is older than what is known changes nothing. */
  hear({ user, status, rev }: UserStanding): void {
    const watched = this.#watched.get(userKey(user));
    if (!watched || rev <= watched.rev) return;
    const isNews = watched.status !== undefined && watched.status !== status;
    watched.status = status;
    watched.rev = rev;
    if (!isNews) return;
    for (const session of watched.watchers) {
      session.deliver({ type: 'presence-changed', userId: user.userId, status });
    }
  }

  /** Everything has to be asked anew. */
  doubt(): void {
    this.#isStale = this.#watched.size > 0;
  }

  /** Asks anew about one part of all. @throws SignalingError `unavailable` */
  async refresh({ index, of }: Share): Promise<void> {
    const users = [...this.#watched.values()].filter((_, at) => at % of === index);
    for (let first = 0; first < users.length; first += batchSize) {
      const batch = users.slice(first, first + batchSize).map(({ user }) => user);
      for (const standing of await this.#users.watch(batch)) this.hear(standing);
    }
  }

  /** Asks anew about all, if there is doubt. @throws SignalingError `unavailable` */
  async catchUp(): Promise<void> {
    if (!this.#isStale) return;
    this.#isStale = false;
    try {
      await this.refresh({ index: 0, of: 1 });
    } catch (error) {
      this.doubt();
      throw error;
    }
  }

  #add(session: Session, user: UserRef): void {
    const key = userKey(user);
    const watched = this.#watched.get(key) ?? {
      ...{ user, watchers: new Set<Session>() },
      ...{ status: undefined, rev: Number.NEGATIVE_INFINITY },
    };
    watched.watchers.add(session);
    this.#watched.set(key, watched);
    const keys = this.#bySession.get(session) ?? new Set();
    this.#bySession.set(session, keys.add(key));
  }

  #remove(session: Session, users: readonly UserRef[]): void {
    const keys = this.#bySession.get(session);
    const abandoned: UserRef[] = [];
    for (const user of users) {
      const key = userKey(user);
      if (!keys?.delete(key)) continue;
      const watched = this.#watched.get(key);
      watched?.watchers.delete(session);
      if (watched?.watchers.size !== 0) continue;
      this.#watched.delete(key);
      abandoned.push(user);
    }
    if (keys?.size === 0) this.#bySession.delete(session);
    // Should that fail, this node is told for a while of what nobody here asks about.
    if (abandoned.length > 0) this.#users.unwatch(abandoned).catch(() => undefined);
  }
}
