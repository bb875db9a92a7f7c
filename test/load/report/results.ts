import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot, startRedis } from '@switchboard/testkit';
import type { GroupSettings } from '../measure/measure-group.ts';
import type { Idle } from '../measure/measure-idle.ts';
import type { RedisBytes } from '../measure/measure-redis-bytes.ts';
import type { Round } from '../measure/measure-round.ts';
import { RedisInspector } from '../measure/redis-figures.ts';

/** What `npm run bench` measures. */
export interface BenchResults {
  readonly settings: Omit<GroupSettings, 'run'>;
  readonly rounds: Round[];
  readonly idle: Idle[];
  redisBytes: RedisBytes | null;
}

export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly redis: string;
  /** What was measured; with a `+` where it had been changed since. */
  readonly commit: string;
  /** Of the last five minutes: what else there was to do shows in the figures. */
  readonly load: number;
}

/** A file of results: what was measured, when, and on what. */
export type Results<T> = T & { readonly machine: Machine };

/** Figures are rounded: what is more exact than the measurement only makes the file longer. */
const significantDigits = 4;

export async function writeResults(folder: string, name: string, results: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  const rounded = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value)
      ? Number(value.toPrecision(significantDigits))
      : value;
  const content = JSON.stringify({ machine: await thisMachine(), ...results }, rounded);
  // One round a line: to be read, and to be compared.
  await writeFile(
    join(folder, `${name}.json`),
    `${content.replaceAll('},{"target"', '},\n{"target"')}\n`,
  );
}

/** @returns null when it has not been measured. */
export async function readResults<T>(folder: string, name: string): Promise<Results<T> | null> {
  try {
    return JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function thisMachine(): Promise<Machine> {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    redis: await redisVersion(),
    commit: await commit(),
    load: Math.round(loadavg()[1] ?? 0),
  };
}

async function redisVersion(): Promise<string> {
  await using redis = await startRedis();
  using inspector = new RedisInspector(redis.url);
  return await inspector.version();
}

/** Results do not count as a change: they are written last. */
async function commit(): Promise<string> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: repositoryRoot })).stdout.trim();
  const changed = await git(
    'status',
    '--porcelain',
    '--untracked-files=no',
    '--',
    ':!*/results/*',
    ':!*.md',
  );
  return `${await git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : '+'}`;
}
