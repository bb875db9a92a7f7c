import { z } from 'zod';
import { UserId } from './ids.ts';
import { limits } from './limits.ts';

/**
 * Whether a user can be reached, over all their sessions: `in-call` in an accepted call, `online`
 * with a session, or with one that may still come back, `offline` without.
 */
export const PresenceStatus = z.enum(['online', 'offline', 'in-call']);
export type PresenceStatus = z.infer<typeof PresenceStatus>;

export const UserPresence = z.strictObject({ userId: UserId, status: PresenceStatus });
export type UserPresence = z.output<typeof UserPresence>;

const UserIds = z.array(UserId).min(1).max(limits.watchedAtOnce);

export const presenceCommands = {
  /** Begins to watch users, and says how they are now. Watching one twice is no error. */
  'presence:watch': {
    input: z.strictObject({ userIds: UserIds }),
    /** In the order of the question, each once. */
    result: z.strictObject({ users: z.array(UserPresence) }),
  },
  /** Ceases to. Not watching one of them is no error. */
  'presence:unwatch': {
    input: z.strictObject({ userIds: UserIds }),
    result: z.strictObject({}),
  },
} as const;

export const presenceEvents = {
  /** A user whom the session watches is in another state now. */
  'presence:changed': z.object(UserPresence.shape),
} as const;
