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

/** Who somebody without a token says to be; nothing vouches for it. */
export interface SelfIdentity {
  readonly userId: UserId;
  readonly name: string | null;
  readonly role: Role | null;
}

/** Who is acting. */
export type Principal =
  | User
  /** Somebody without a token, where none is demanded. */
  | { readonly kind: 'open'; readonly tenant: TenantId; readonly self: SelfIdentity | null };

/** A principal once it has said who it is. Of somebody for whom a token vouches that changes nothing. */
export const saying = (principal: Principal, self: SelfIdentity | null): Principal =>
  principal.kind === 'user' ? principal : { ...principal, self };

/** As whom a principal calls and is called, by a token or by its own word; null of nobody. */
export const userOf = (principal: Principal): UserId | null =>
  principal.kind === 'user' ? principal.userId : (principal.self?.userId ?? null);

/** By what name others are told of a principal's calls. */
export const nameOf = (principal: Principal): string | null =>
  principal.kind === 'user' ? principal.name : (principal.self?.name ?? null);

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
  const userId = userOf(principal);
  const isUser = principal.kind === 'user';
  const name = isUser ? (principal.name ?? said.name) : (said.name ?? principal.self?.name);
  const role = isUser ? principal.role : (said.role ?? principal.self?.role);
  return {
    ...(userId !== null && { userId }),
    ...(name !== undefined && name !== null && { name }),
    ...(role !== undefined && role !== null && { role }),
  };
}
