import { readFile } from 'node:fs/promises';
import { httpStatus, type NodeProcess } from '@switchboard/testkit';

/** Statuses of a node's `/livez` and `/readyz`; 0 where it did not answer within a second. */
export async function healthOf(node: NodeProcess): Promise<{ live: number; ready: number }> {
  const ask = (path: string) => httpStatus(`${node.opsUrl}${path}`).catch(() => 0);
  const [live, ready] = await Promise.all([ask('/livez'), ask('/readyz')]);
  return { live, ready };
}

/** The value of a metric of a node; NaN where it has none of that name. */
export async function metricOf({ opsUrl }: NodeProcess, name: string): Promise<number> {
  const text = await (await fetch(`${opsUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

/** What a node holds by V8's account, garbage included: objects and buffers, in whole MiB. */
export async function heldMiB(node: NodeProcess): Promise<number> {
  const names = ['nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes'];
  const [objects = 0, buffers = 0] = await Promise.all(names.map((name) => metricOf(node, name)));
  return Math.round((objects + buffers) / 2 ** 20);
}

const pageBytes = 4_096;

/** Resident memory of a node's process, in whole MiB (Linux, proc_pid_statm(5)). */
export async function residentMiB({ pid }: NodeProcess): Promise<number> {
  const [, resident = ''] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
  return Math.round((Number(resident) * pageBytes) / 2 ** 20);
}
