import { defaultTenant, SignalingError, type TenantId } from '@switchboard/protocol';
import type { Caller } from './access.ts';

/**
 * Whose things a request is about: a server says it, a token has one.
 *
 * @throws SignalingError `forbidden` for somebody else's.
 */
export function tenantOf(caller: Caller, given: TenantId | undefined): TenantId {
  if (caller.kind !== 'user') return given ?? defaultTenant;
  const { tenant } = caller.user;
  if (given !== undefined && given !== tenant) throw new SignalingError('forbidden');
  return tenant;
}
