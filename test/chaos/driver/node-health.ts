import { readFile } from 'node:fs/promises';
import { httpStatus, type NodeProcess } from '@switchboard/testkit';

/** Statuses of a node's `/livez` and `/readyz`; 0 where it did not answer within a second. */
export async function healthOf(node: NodeProcess): Promise<{ live: number; ready: number }> {
  const ask = (path: string) => httpStatus(`${node.opsUrl}${path}`).catch(() => 0);
  const [live, ready] = await Promise.all([ask('/livez'), ask('/readyz')]);
  return { live, ready };
}

const pageBytes = 4_096;

/** Resident memory of a node's process, in whole MiB (Linux, proc_pid_statm(5)). */
export async function residentMiB({ pid }: NodeProcess): Promise<number> {
  const [, resident = ''] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
  return Math.round((Number(resident) * pageBytes) / 2 ** 20);
}
