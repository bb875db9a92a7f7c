import {
  type ErrorCode,
  limits,
  type PresenceStatus,
  type Role,
  SignalingError,
  type UserId,
  type UserPresence,
} from '@switchboard/protocol';
import type { Link } from '../dialect.ts';
import { introduce } from '../introduce.ts';

/** Nobody is known to be anything to who may not watch, or watches as many as one may. */
const unwatched: ReadonlySet<ErrorCode> = new Set(['forbidden', 'too_many_watched']);

/** Begins to watch users. */
async function watch(link: Link, userIds: readonly UserId[]): Promise<readonly UserPresence[]> {
  let found: readonly UserPresence[] = [];
  try {
    await link.execute('presence:watch', { userIds: [...userIds] }, ({ users }) => {
      found = users;
    });
  } catch (error) {
    if (!(error instanceof SignalingError) || !unwatched.has(error.code)) throw error;
  }
  return found;
}

/** Everybody is told of everybody who can log in. */
export async function watchAll(link: Link): Promise<void> {
  const userIds = link.users.map(({ username }) => username).slice(0, limits.watchedUsers);
  for (let first = 0; first < userIds.length; first += limits.watchedAtOnce) {
    await watch(link, userIds.slice(first, first + limits.watchedAtOnce));
  }
}

/**
 * Of whom nobody has a list, one is told from when one has to do with them: there is no word for
 * all users of a cluster, and whoever is not listed has none to log in by either.
 */
export async function watchUnlisted(
  link: Link,
  userIds: Iterable<UserId | undefined>,
): Promise<void> {
  const listed = new Set(link.users.map(({ username }) => username));
  const own = link.identity().userId;
  const others = [...new Set(userIds)]
    .filter((each) => each !== undefined)
    .filter((each) => each !== own && !listed.has(each));
  if (others.length === 0) return;
  for (const { userId, status } of await watch(link, others.slice(0, limits.watchedAtOnce))) {
    // Gone before it could be told otherwise.
    if (status === 'offline') link.emit('user-status-change', { userId, status });
  }
}

/** How a user is, who is watched from now on; `online` to who may not know. */
export async function statusOf(link: Link, userId: UserId): Promise<PresenceStatus> {
  const [user] = await watch(link, [userId]);
  return user?.status ?? 'online';
}

/** A client is somebody, and is told so, as all others are. */
export async function register(link: Link, userId: UserId): Promise<void> {
  if (link.identity().userId !== userId) {
    const before = await statusOf(link, userId);
    await introduce(link, { userId });
    // It hears of the change as everybody does.
    if (before === 'offline') return;
  }
  link.emit('user-status-change', { userId, status: 'online' });
}

/** The same of one who comes into a call with it, which says nothing to anybody. */
export async function bind(link: Link, userId: UserId): Promise<void> {
  if (link.identity().userId !== userId) await introduce(link, { userId });
}

/** @throws SignalingError `identity_mismatch` for whoever speaks as another, or as nobody. */
export function requireUser(link: Link, userId: UserId): void {
  if (link.identity().userId !== userId) throw new SignalingError('identity_mismatch');
}

/** What somebody is, as their token or the list of users has it. */
export const roleOf = (link: Link, userId: UserId): Role | undefined =>
  link.identity().role ?? link.users.find(({ username }) => username === userId)?.role;

/** From now on the connection is nobody's, until it registers anew. */
export async function logOut(link: Link): Promise<void> {
  for (const roomId of [...link.rooms.keys()]) await link.execute('room:leave', { roomId });
  const { userId } = link.identity();
  if (userId === null) return;
  const isWatched = (await watch(link, [userId])).length > 0;
  await link.execute('session:withdraw', {});
  // Who may watch nobody hears of no change.
  if (!isWatched) link.emit('user-status-change', { userId, status: 'offline' });
}
