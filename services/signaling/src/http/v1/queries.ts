import { Cursor, limits, TenantId } from '@switchboard/protocol';
import { z } from 'zod';

/** Parts of queries that several routes take. */

export const TenantQuery = z.strictObject({ tenant: TenantId.optional() });

/** What every list that is paged can be asked for. */
export const pageQuery = {
  tenant: TenantId.optional(),
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(limits.pageSize).default(limits.pageSize),
};

/** What the name of a room begins with. */
export const RoomPrefix = z.string().min(1).max(limits.roomIdLength);
