import type { Role, TenantId, UserId } from '@switchboard/protocol';
import { type Principal, userOf } from './principal.ts';

/** What is known of a client besides who it is. */
export interface ClientDescription {
  /** The protocol it speaks, by name. */
  readonly dialect: string;
  /** Where it connected from, as the node's edge believes it. */
  readonly address?: string;
  readonly userAgent?: string;
  /** Epoch milliseconds of its first connection. */
  readonly connectedAt: number;
}

/** What the store keeps to know a session by: in lists, and when it is resumed on another node. */
export interface SessionProfile extends ClientDescription {
  readonly tenant: TenantId;
  /** Absent of somebody who has neither shown a token nor said who it is, or has taken it back. */
  readonly userId?: UserId;
  readonly name?: string;
  readonly role?: Role;
}

export function profileOf(principal: Principal, client: ClientDescription): SessionProfile {
  const userId = userOf(principal);
  const identity = principal.kind === 'user' ? principal : principal.self;
  return {
    ...client,
    tenant: principal.tenant,
    ...(userId !== null && { userId }),
    ...(identity && identity.name !== null && { name: identity.name }),
    ...(identity && identity.role !== null && { role: identity.role }),
  };
}

/** A principal without a token goes on, when its session is resumed, as who it said it was. */
export function recall(principal: Principal, profile: SessionProfile): Principal {
  const { userId, name = null, role = null } = profile;
  if (principal.kind === 'user' || principal.self || userId === undefined) return principal;
  return { ...principal, self: { userId, name, role } };
}
