import type { SessionProfile } from '@switchboard/core';
import { defaultTenant } from '@switchboard/protocol';

/** A session of which nothing is known, but when it began. */
export const profile: SessionProfile = {
  dialect: 'v1',
  tenant: defaultTenant,
  connectedAt: 1_700_000_000_000,
};
