import { Incarnation, NodeId, RoomId, TenantId } from '@switchboard/protocol';
import { connectRedisState } from '@switchboard/state-redis';
import { startCluster } from '@switchboard/testkit';
import { spreadOf } from '../measure/statistics.ts';
import { inBatches } from '../traffic/crowd.ts';
import { timed } from './clients.ts';

/** Listing rooms over HTTP. */
export interface ListingFigures {
  readonly rooms: number;
  readonly firstPageMs: number;
  /** Page after page, to the last. */
  readonly allMs: number;
}

const secret = 'known-to-nothing-but-this-measurement';
const atOnce = 1_000;
const attempts = 9;

export async function measureListing(counts: readonly number[]): Promise<ListingFigures[]> {
  const env = { INTERNAL_SECRET: secret };
  await using cluster = await startCluster({ nodes: 1, balancer: false, env });
  const state = await connectRedisState({
    url: cluster.redis.url,
    keyPrefix: cluster.keyPrefix,
    node: NodeId.parse('maker'),
    onError: (error) => console.error(error),
  });
  const headers = { 'x-internal-secret': secret };
  const page = async (cursor: string | null) => {
    const query = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const answer = await fetch(`${cluster.url}/v1/rooms${query}`, { headers });
    if (!answer.ok) throw new Error(`listing was refused: ${await answer.text()}`);
    return (await answer.json()) as { rooms: unknown[]; cursor?: string | null };
  };
  const figures: ListingFigures[] = [];
  let made = 0;
  for (const rooms of counts) {
    const first = made;
    await inBatches(rooms - first, (index) => prepare(state, `room-${first + index}`), atOnce);
    made = rooms;
    // Not counted: the first time everything is done for the first time.
    await page(null);
    const pages: number[] = [];
    for (let attempt = 0; attempt < attempts; attempt++) pages.push(await timed(() => page(null)));
    let listed = 0;
    const allMs = await timed(async () => {
      let cursor: string | null = null;
      do {
        const next = await page(cursor);
        listed += next.rooms.length;
        cursor = next.cursor ?? null;
      } while (cursor !== null);
    });
    if (listed < rooms) throw new Error(`${listed} rooms were listed of ${rooms}`);
    figures.push({ rooms, firstPageMs: spreadOf(pages).median, allMs });
  }
  await state.close();
  return figures;
}

const prepare = ({ records }: Awaited<ReturnType<typeof connectRedisState>>, name: string) =>
  records.prepare({
    room: { tenant: TenantId.parse('default'), roomId: RoomId.parse(name) },
    incarnation: Incarnation.parse('growth'),
    policy: { capacity: 2, duplicates: 'allow' },
    preparation: {
      ...{ appointmentId: null, entitled: [], requiredRoles: [], screenRoles: null, data: null },
      keepMs: 60_000,
    },
  });
