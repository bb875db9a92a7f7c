import type { UserRef } from '../ports/user-store.ts';

/** Names a user within a process. */
export type UserKey = string & { readonly __brand: 'UserKey' };

/** A tenant has no colon, so no two users share a key. */
export const userKey = ({ tenant, userId }: UserRef): UserKey => `${tenant}:${userId}` as UserKey;
