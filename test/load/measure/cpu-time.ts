import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU time that a process has used, user and system, over all its threads, in microseconds: what
 * Linux' scheduler has counted, in nanoseconds and not in ticks of a clock.
 */
export function cpuTimeUs(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = tasks.map((task) => {
    const [running = '0'] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ');
    return Number(running);
  });
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1_000;
}

/** Resident memory of a process, in bytes, without what it shares with other programs' files. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const anonymous = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1];
  if (!anonymous) throw new Error('the system does not say how much memory a process has');
  return Number(anonymous) * 1_024;
}
