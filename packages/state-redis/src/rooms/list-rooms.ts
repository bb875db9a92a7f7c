import type { ListRequest, RoomRef } from '@switchboard/core';
import { Cursor, type RoomId, SignalingError, type TenantId } from '@switchboard/protocol';
import type { RedisClient } from '../connection/client.ts';
import { asUnavailable } from '../connection/unavailable.ts';
import { type Keys, partitions } from '../keys.ts';

/** Partitions looked at together: a tenant's rooms are spread over all of them. */
const partitionsAtOnce = 32;

/** A place in the list: behind a room of a partition, or at the partition's beginning. */
interface Place {
  readonly partition: number;
  readonly after: string;
}

/** The names on one page of a tenant's rooms, partition by partition, and by name within each. */
export async function listRooms(
  redis: RedisClient,
  keys: Keys,
  { tenant, onlyOccupied, cursor, limit }: ListRequest,
): Promise<{ rooms: RoomRef[]; cursor: Cursor | null }> {
  const start: Place = cursor === null ? { partition: 0, after: '' } : parseCursor(cursor);
  const found: Place[] = [];
  for (let first = start.partition; first < partitions.length; first += partitionsAtOnce) {
    const names = await Promise.all(
      partitions.slice(first, first + partitionsAtOnce).map(async (partition) => {
        const [all, occupied] = keys.roomLists(tenant, partition);
        const after = partition === start.partition ? start.after : '';
        const list = onlyOccupied ? occupied : all;
        const ids = await readNames(redis, { list, after, limit: limit + 1 });
        return ids.map((id) => ({ partition, after: id }));
      }),
    );
    found.push(...names.flat());
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    rooms: page.map(({ after }) => roomOf(tenant, after)),
    cursor: found.length > limit && last ? formatCursor(last) : null,
  };
}

async function readNames(
  redis: RedisClient,
  { list, after, limit }: { list: string; after: string; limit: number },
): Promise<string[]> {
  try {
    const from = after === '' ? '-' : `(${after}`;
    return await redis.zrangebylex(list, from, '+', 'LIMIT', 0, limit);
  } catch (error) {
    throw asUnavailable(error);
  }
}

const roomOf = (tenant: TenantId, id: string): RoomRef => ({ tenant, roomId: id as RoomId });

const formatCursor = ({ partition, after }: Place): Cursor => Cursor.parse(`${partition}:${after}`);

function parseCursor(cursor: Cursor): Place {
  const [, partition, after] = /^(\d{1,3}):(.+)$/su.exec(cursor) ?? [];
  if (partition === undefined || after === undefined) {
    throw new SignalingError('invalid_argument', {
      message: 'The cursor is none that a page has said.',
      path: ['cursor'],
    });
  }
  return { partition: Number(partition), after };
}
