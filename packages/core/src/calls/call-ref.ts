import type { Call, CallId, TenantId, UserId } from '@switchboard/protocol';
import type { CallRef } from '../ports/call-store.ts';
import type { UserRef } from '../ports/user-store.ts';

/** The call of that id between a user and another one. */
export const callRef = ({ tenant, userId }: UserRef, other: UserId, callId: CallId): CallRef => ({
  tenant,
  users: userId < other ? [userId, other] : [other, userId],
  callId,
});

export const refOf = (tenant: TenantId, { from, to, callId }: Call): CallRef =>
  callRef({ tenant, userId: from.userId }, to.userId, callId);
