import { Cursor, SignalingError } from '@switchboard/protocol';
import { partitions } from '../keys.ts';
import type { RedisClient } from './client.ts';
import { asUnavailable } from './unavailable.ts';

/** Partitions looked at together: what is listed is spread over all of them. */
const partitionsAtOnce = 32;

/** A place in a list: behind a name of a partition, or at the partition's beginning. */
interface Place {
  readonly partition: number;
  readonly after: string;
}

export interface NamesRequest {
  /** The sorted set of a partition; every score in it is the same. */
  readonly keyOf: (partition: number) => string;
  /** What the names begin with that are listed; it ends with a colon, or is empty. */
  readonly prefix: string;
  readonly cursor: Cursor | null;
  readonly limit: number;
}

/** One page of names, without their prefix, partition by partition, in order within each. */
export async function listNames(
  redis: RedisClient,
  { keyOf, prefix, cursor, limit }: NamesRequest,
): Promise<{ names: string[]; cursor: Cursor | null }> {
  const start: Place = cursor === null ? { partition: 0, after: '' } : parseCursor(cursor);
  const found: Place[] = [];
  for (let first = start.partition; first < partitions.length; first += partitionsAtOnce) {
    const read = async (partition: number): Promise<Place[]> => {
      const after = partition === start.partition ? start.after : '';
      const range = rangeOf(prefix, after);
      const names = await redis.zrangebylex(keyOf(partition), ...range, 'LIMIT', 0, limit + 1);
      return names.map((name) => ({ partition, after: name.slice(prefix.length) }));
    };
    const next = partitions.slice(first, first + partitionsAtOnce).map(read);
    try {
      found.push(...(await Promise.all(next)).flat());
    } catch (error) {
      throw asUnavailable(error);
    }
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    names: page.map(({ after }) => after),
    cursor: found.length > limit && last ? formatCursor(last) : null,
  };
}

/** All names with a prefix that come behind one of them, as Redis says it. */
export function rangeOf(prefix: string, after = ''): [from: string, to: string] {
  const from = prefix + after;
  // The semicolon is next to the colon.
  const to = prefix === '' ? '+' : `(${prefix.slice(0, -1)};`;
  if (from === '') return ['-', to];
  return [after === '' ? `[${from}` : `(${from}`, to];
}

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
