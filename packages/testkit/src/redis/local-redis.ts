import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GuardedProcess, spawnGuarded } from '../process/guarded-process.ts';
import type { LaunchRedis } from './redis-instance.ts';

/** A launcher for an executable of this machine. Data lives in a temporary folder. */
export function localRedis(command: string): LaunchRedis {
  return async (args, config) => {
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-redis-'));
    const file = join(folder, 'redis.conf');
    if (config !== undefined) await writeFile(file, config);
    const allArgs = [...(config === undefined ? [] : [file]), '--dir', folder, ...args];
    const earlierLogs: string[] = [];
    const spawn = (): GuardedProcess =>
      spawnGuarded({ command, args: allArgs, cwd: folder, folder });
    let current = spawn();
    return {
      get exited() {
        return current.exited;
      },
      logs: () => [...earlierLogs, current.logs()].join(''),
      pause: async () => current.signal('SIGSTOP'),
      resume: async () => current.signal('SIGCONT'),
      kill: async () => {
        await current.kill();
      },
      restart: async () => {
        await current.kill();
        earlierLogs.push(current.logs());
        current = spawn();
      },
      [Symbol.asyncDispose]: async () => {
        // Nothing is to be saved, and an orderly end takes a tenth of a second.
        await current.kill();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
}
