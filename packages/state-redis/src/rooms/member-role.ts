import type { Role } from '@switchboard/protocol';

/** Without spaces, which end it in a member's record, and never the sign of none. */
export const formatRole = (role: Role | undefined): string =>
  role === undefined ? '-' : `r${encodeURIComponent(role)}`;

/** What `formatRole` has written. */
export const parseRole = (role: string): { role?: Role } =>
  role === '-' ? {} : { role: decodeURIComponent(role.slice(1)) };
