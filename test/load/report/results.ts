import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { GroupSettings } from '../measure/measure-group.ts';
import type { Idle } from '../measure/measure-idle.ts';
import type { RedisBytes } from '../measure/measure-redis-bytes.ts';
import type { Round } from '../measure/measure-round.ts';

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
  const content = JSON.stringify({ machine: thisMachine(), ...results }, rounded);
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

function thisMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: Math.round(loadavg()[1] ?? 0),
  };
}
