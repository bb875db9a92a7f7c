import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Two test workers that miss the same program wait for each other here instead of for apt's locks. */
const lockFile = join(tmpdir(), 'switchboard-apt.lock');

/**
 * Refreshes the package lists and installs packages, asking nothing.
 *
 * `RUNLEVEL=1` keeps Debian's maintainer scripts from starting the server just installed, where they
 * start it through sysvinit; under systemd a packaged Redis will run on its own port besides ours.
 *
 * @throws {Error} when this is no Debian, this user may not install, or apt-get fails (with the end of its output).
 */
export async function aptInstall(packages: readonly string[]): Promise<void> {
  const prefix = await privilege();
  process.stderr.write(`installing ${packages.join(' ')} with apt-get\n`);
  const env = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
  for (const command of [
    ['update'],
    ['install', '--yes', '--no-install-recommends', ...packages],
  ]) {
    const [file = '', ...args] = [
      ...prefix,
      'flock',
      lockFile,
      ...env,
      'apt-get',
      '--quiet',
      ...command,
    ];
    await run(file, args, { maxBuffer: 64 * 1_048_576 }).catch((error: unknown) => {
      throw new Error(`apt-get ${command[0]} failed: ${saidBy(error).slice(-2_000)}`);
    });
  }
}

/** What a command that failed wrote to stderr, which `execFile` hangs on its error. */
function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : error.message;
}

/** What to put before a command so that it runs as root: nothing, or sudo. */
async function privilege(): Promise<readonly string[]> {
  await run('apt-get', ['--version']).catch(() => {
    throw new Error('this system has no apt-get');
  });
  if (process.getuid?.() === 0) return [];
  await run('sudo', ['-n', 'true']).catch(() => {
    throw new Error('apt-get needs root or a passwordless sudo');
  });
  return ['sudo', '-n'];
}
