import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { executable, findExecutable, toolNames } from './executables.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchboard-path-'));
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

it.each(toolNames)('finds %s, or installs it', async (name) => {
  await expect(executable(name)).resolves.toMatch(/^\//);
});

it('takes the first one on the PATH', async () => {
  const path = join(folder, 'haproxy');
  await writeFile(path, '#!/bin/sh\n', { mode: 0o755 });
  await expect(findExecutable('haproxy')).resolves.toBe(path);
});

it('passes over a file that cannot be run', async () => {
  const path = join(folder, 'redis-server');
  await writeFile(path, '');
  await chmod(path, 0o644);
  await expect(findExecutable('redis')).resolves.not.toBe(path);
});
