import { executable, toolNames } from './executables.ts';
import { findRedis } from './redis/find-redis.ts';

/**
 * Makes sure that everything a full test run starts can be started, so that no test's own timeout
 * pays for an installation. Nothing is done for what is there.
 *
 * @throws {Error} naming what is missing, where it cannot be installed.
 */
export async function prepareMachine(): Promise<void> {
  await findRedis();
  for (const name of toolNames) {
    // Docker would do for Redis.
    if (name !== 'redis') await executable(name);
  }
}
