import { findExecutable, installExecutable } from '../executables.ts';
import { dockerAnswers, dockerRedis } from './docker-redis.ts';
import { localRedis } from './local-redis.ts';
import type { LaunchRedis } from './redis-instance.ts';

/**
 * The best way of this machine to run a Redis of one's own: an executable on the PATH, else Docker,
 * else an executable that apt-get installs now.
 *
 * @throws {Error} naming what to install, where none of the three is possible.
 */
export async function findRedis(): Promise<LaunchRedis> {
  const found = await findExecutable('redis');
  if (found !== undefined) return localRedis(found);
  if (await dockerAnswers()) return dockerRedis();
  return localRedis(await installExecutable('redis'));
}
