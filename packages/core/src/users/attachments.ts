import { SignalingError } from '@switchboard/protocol';
import type { Calls } from '../calls/calls.ts';
import type { LocalCalls } from '../calls/local-calls.ts';
import type { Share } from '../ports/session-store.ts';
import type { LostSession, UserRef, UserStore } from '../ports/user-store.ts';
import type { SelfIdentity } from '../principal.ts';
import { identityTurn, type Session } from '../session.ts';
import type { Sessions } from '../sessions.ts';
import type { LocalUsers } from './local-users.ts';
import type { Watching } from './watching.ts';

/** In so many looks, one a second, all users are searched for sessions that are lost. */
const looks = 30;

export interface AttachmentsDependencies {
  readonly users: UserStore;
  readonly sessions: Sessions;
  readonly localUsers: LocalUsers;
  readonly localCalls: LocalCalls;
  readonly calls: Calls;
  readonly watching: Watching;
  /** Has a session compared with the store. */
  readonly reconcile: (session: Session) => void;
}

/**
 * Which sessions of this node belong to which users: here, where calls are told to them, and in
 * the store, by which users are present.
 */
export class Attachments {
  readonly #dependencies: AttachmentsDependencies;
  #lookedAt = 0;

  constructor(dependencies: AttachmentsDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Attaches a session to its user, if it has one, and shows it the calls that concern it.
   *
   * @throws SignalingError `unavailable`; the reconciler is to do it again then.
   */
  attach(session: Session): Promise<void> {
    return session.inTurn(identityTurn, () => this.#attach(session));
  }

  /** The same after a loss, which may have been one of the user's calls as well. */
  async renew(session: Session): Promise<void> {
    await this.attach(session);
    const { user } = session;
    if (!user) return;
    const { localCalls, users } = this.#dependencies;
    await Promise.all(localCalls.liveOf(user).map((call) => users.engage(user, call)));
  }

  /**
   * A session becomes another user's, its first user's, or nobody's (null). Saying what it is
   * already does nothing.
   *
   * @param describe writes that down. It comes last of what can be lost half way: should this node
   * die, whoever ends the session looks for it at the user whose the store says it is.
   * @throws SignalingError `unavailable` when the session is not written down, or anything fails;
   * the reconciler makes it again who it was, then.
   */
  move(session: Session, said: SelfIdentity | null, describe: () => Promise<void>): Promise<void> {
    return session.inTurn(identityTurn, async () => {
      if (session.isAlready(said)) return;
      if (!session.isWritten) throw new SignalingError('unavailable');
      try {
        const { user } = session;
        if (user && user.userId !== said?.userId) await this.#detach(session, user);
        await describe();
        session.identify(said);
        await this.#attach(session);
      } catch (error) {
        this.#dependencies.reconcile(session);
        throw error;
      }
    });
  }

  /**
   * Says of one part of this node's sessions that they are there, and attaches those of which the
   * store has lost that they are their user's.
   *
   * @throws SignalingError `unavailable`
   */
  async keep({ index, of }: Share): Promise<void> {
    const { sessions, users } = this.#dependencies;
    const part = [...sessions].filter((_, at) => at % of === index);
    const kept = part.flatMap((session) => {
      const { user, peerId, isAttached } = session;
      return user && isAttached ? [{ session, user, peerId }] : [];
    });
    if (kept.length === 0) return;
    const missing = await users.keep(kept);
    await Promise.all(missing.map(({ session }) => this.attach(session)));
  }

  /**
   * Ends the part in calls of sessions whose end nobody carries out: their record was lost while
   * their node died.
   *
   * @throws SignalingError `unavailable`
   */
  async dropLost({ index, of }: Share): Promise<void> {
    const { users, calls } = this.#dependencies;
    // Nothing presses: of what this node is to look at, one part a time.
    this.#lookedAt = (this.#lookedAt + 1) % looks;
    const lost = await users.takeLost({ index: index + of * this.#lookedAt, of: of * looks });
    const drop = ({ user, peerId, calls: engaged }: LostSession) =>
      engaged.map((named) => calls.drop(user, peerId, named));
    await Promise.all(lost.flatMap(drop));
  }

  /** This node lets go of a session, whatever becomes of it elsewhere. */
  release(session: Session): void {
    this.#dependencies.localUsers.leave(session);
    this.#dependencies.watching.leave(session);
  }

  async #attach(session: Session): Promise<void> {
    const { users, sessions, localUsers, localCalls } = this.#dependencies;
    const { user, binding } = session;
    if (!user || !sessions.holds(session)) return;
    // Before it is asked for: a call that is told from then on is not missed.
    localUsers.enter(session, user);
    const outcome = await users.attach(user, binding);
    if (!sessions.holds(session)) {
      // It has ended, or is held elsewhere, and may have been detached before this.
      localUsers.leave(session);
      await users.detach(user, binding);
      return;
    }
    session.isAttached = outcome.kind === 'attached';
    if (outcome.kind === 'fenced') return;
    await Promise.all(outcome.calls.map((named) => localCalls.show(session, user, named)));
  }

  async #detach(session: Session, user: UserRef): Promise<void> {
    const { users, localUsers, calls } = this.#dependencies;
    const { binding } = session;
    session.isAttached = false;
    localUsers.leave(session);
    const engaged = await users.detach(user, binding);
    await Promise.all(engaged.map((named) => calls.drop(user, binding.peerId, named)));
  }
}
