import type { Grants, Participant, Role, TenantId, UserId } from '@switchboard/protocol';
import type { SessionOwner } from './ports/session-store.ts';

/** Somebody for whom a token has vouched. */
export interface User {
  readonly kind: 'user';
  readonly tenant: TenantId;
  readonly userId: UserId;
  readonly name: string | null;
  readonly role: Role | null;
  /** Null of a token without grants: it may do what a room that names its user allows. */
  readonly grants: Grants | null;
  /** Epoch milliseconds; null of a token that does not expire. */
  readonly expiresAt: number | null;
}

/** Who is acting. */
export type Principal =
  | User
  /** Somebody without a token, where none is demanded. */
  | { readonly kind: 'open'; readonly tenant: TenantId };

/**
 * Only the same owner can resume a session. A tenant has no colon and a user id is never empty,
 * so no two owners are equal, and nobody owns what an open principal has.
 */
export const ownerOf = (principal: Principal): SessionOwner =>
  `${principal.tenant}:${principal.kind === 'user' ? principal.userId : ''}` as SessionOwner;

/** What a client says of itself. */
export interface SelfDescription {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
}

/**
 * How somebody is shown to the others of a room. What a token says counts, not the client; a role
 * is shown of a user only if the token has it, because others act on it.
 */
export function introduce(
  principal: Principal,
  said: SelfDescription,
): Pick<Participant, 'userId' | 'name' | 'role'> {
  const isUser = principal.kind === 'user';
  const name = (isUser ? principal.name : null) ?? said.name;
  const role = isUser ? principal.role : said.role;
  return {
    ...(isUser && { userId: principal.userId }),
    ...(name !== undefined && { name }),
    ...(role !== undefined && role !== null && { role }),
  };
}
