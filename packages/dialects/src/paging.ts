import { Cursor, limits, parseInput } from '@switchboard/protocol';
import { z } from 'zod';
import type { PageRequest } from './server-api.ts';

/** `?limit=&cursor=` of a list; clients from before know of neither, and see the first page. */
const Paging = z.object({
  limit: z.coerce.number().int().min(1).max(limits.pageSize).default(limits.pageSize),
  cursor: Cursor.nullable().default(null),
});

/** @throws SignalingError `invalid_argument` */
export const pageOf = (query: unknown): PageRequest => parseInput(Paging, query);
