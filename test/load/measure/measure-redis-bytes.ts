import { switchboard } from '../clients/socket-io.ts';
import { startSwitchboard } from '../targets/start-switchboard.ts';
import { Crowd } from '../traffic/crowd.ts';
import { RedisInspector } from './redis-figures.ts';

/** What Redis keeps, in bytes. */
export interface RedisBytes {
  readonly session: number;
  /** A room with two participants in it, over what their sessions take. */
  readonly roomOfTwo: number;
}

const pairs = 1_000;

export async function measureRedisBytes(): Promise<RedisBytes> {
  await using running = await startSwitchboard(1);
  using redis = new RedisInspector(running.redisUrl ?? '');
  const ports = running.nodes.map(({ port }) => port);
  const dialect = switchboard({ acknowledged: true });
  // The first ones pay for what all share.
  using _ = await Crowd.connect({ dialect, ports, pairs: 100, name: 'first' });
  const empty = await redis.usedBytes();
  using crowd = await Crowd.connect({ dialect, ports, pairs, name: 'others' });
  const connected = await redis.usedBytes();
  await crowd.meet();
  const met = await redis.usedBytes();
  return { session: (connected - empty) / (2 * pairs), roomOfTwo: (met - connected) / pairs };
}
