import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { descendantsOf, isRunning } from '../fixtures/process-table.ts';
import { waitUntil } from '../wait-until.ts';
import { type GuardedProcess, spawnGuarded } from './guarded-process.ts';
import { pinnedNode } from './pinned-node.ts';

describe('spawnGuarded', () => {
  it('gives the program its own environment and nothing else but PATH', async () => {
    const child = spawnGuarded({
      command: pinnedNode(),
      args: ['-p', 'Object.keys(process.env).join()'],
      env: { ONLY: 'this' },
    });
    await child.exited;
    const names = child.logs('stdout').trim().split(',');
    // PWD is the doing of /bin/sh.
    expect(names.filter((name) => name !== 'PWD').sort()).toEqual(['ONLY', 'PATH']);
  });

  it('reports the exit code and keeps what was written', async () => {
    const child = spawnGuarded({ command: 'sh', args: ['-c', 'echo out; echo err >&2; exit 3'] });
    await expect(child.exited).resolves.toEqual({ code: 3, signal: null });
    expect(child.logs('stdout')).toBe('out\n');
    expect(child.logs('stderr')).toBe('err\n');
    expect(child.logs().split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('ends with code 127 when there is no such program', async () => {
    const child = spawnGuarded({ command: 'no-such-program' });
    await expect(child.exited).resolves.toEqual({ code: 127, signal: null });
    expect(child.logs()).toContain('no-such-program');
  });

  it('calls onLine with full lines', async () => {
    const lines: string[] = [];
    const args = ['-c', 'printf one; echo two; echo three'];
    const child = spawnGuarded({ command: 'sh', args, onLine: (line) => lines.push(line) });
    await child.exited;
    expect(lines).toEqual(['onetwo', 'three']);
  });

  it('keeps the last megabyte of a talkative program', async () => {
    const script = 'for (let i = 0; i < 300_000; i += 1) console.log("line", i)';
    const child = spawnGuarded({ command: pinnedNode(), args: ['-e', script] });
    await child.exited;
    expect(child.logs().length).toBeLessThan(1_200_000);
    expect(child.logs()).toMatch(/line 299999\n$/);
  });

  it('stops a program that is paused', async () => {
    await using child = spawnGuarded({ command: 'sleep', args: ['600'] });
    child.signal('SIGSTOP');
    await expect(child.stop()).resolves.toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('kills a program that ignores SIGTERM once its time is up', async () => {
    const { child } = await startStubborn();
    await expect(child.stop({ graceMs: 50 })).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('ends the children that a program leaves behind', async () => {
    const { child, pids } = await startStubborn();
    expect(pids).toHaveLength(2);
    await child.kill();
    await gone(pids);
  });

  it('may be stopped twice, and after its end', async () => {
    const child = spawnGuarded({ command: 'true' });
    await child.exited;
    await child.stop();
    await expect(child.kill()).resolves.toEqual({ code: 0, signal: null });
  });
});

describe('whatever this process started ends with it, even when it is killed', () => {
  const orphanMaker = fileURLToPath(new URL('../fixtures/orphan-maker.ts', import.meta.url));

  it.each([
    { what: 'program', least: 2 },
    { what: 'cluster', least: 7 },
    { what: 'browser', least: 3 },
  ])('a $what', { timeout: 60_000 }, async ({ what, least }) => {
    const scratch = await mkdtemp(join(tmpdir(), 'switchboard-orphans-'));
    onTestFinished(() => rm(scratch, { recursive: true }));
    const up = Promise.withResolvers<void>();
    await using parent = spawnGuarded({
      command: pinnedNode(),
      args: [orphanMaker, what],
      env: { TMPDIR: scratch },
      onLine: (line) => line === 'started' && up.resolve(),
    });
    void parent.exited.then(() => up.reject(new Error(parent.logs())));
    await up.promise;
    const pids = descendantsOf(parent.pid);
    expect(pids.length).toBeGreaterThanOrEqual(least);
    await parent.kill();
    await gone(pids);
    // Playwright's own temporary folders stay: it removes them in an orderly end only.
    const left = await readdir(scratch);
    expect(left.filter((name) => name.startsWith('switchboard-'))).toEqual([]);
  });
});

/** A program and its child, both deaf to SIGTERM. */
async function startStubborn(): Promise<{ child: GuardedProcess; pids: readonly number[] }> {
  const up = Promise.withResolvers<void>();
  const child = spawnGuarded({
    command: 'sh',
    args: ['-c', "trap '' TERM; sleep 600 & echo up; while :; do wait; done"],
    onLine: () => up.resolve(),
  });
  await up.promise;
  return { child, pids: [child.pid, ...descendantsOf(child.pid)] };
}

async function gone(pids: readonly number[]): Promise<void> {
  await waitUntil(
    () => pids.filter(isRunning),
    (running) => running.length === 0,
    { what: 'all of them to be gone' },
  );
}
