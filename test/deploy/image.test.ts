import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { namespace } from '@switchboard/protocol';
import {
  freePort,
  httpStatus,
  pinnedNode,
  repositoryPath,
  runToExit,
  spawnGuarded,
  waitUntil,
} from '@switchboard/testkit';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type LaidOutImage, layOut } from './support/dockerfile.ts';

let folder: string;
let image: LaidOutImage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchboard-image-'));
  image = await layOut(repositoryPath('deploy/docker/Dockerfile'), folder);
}, 240_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A program of the image, with Node for the one of the base image. */
function start(command: readonly string[], env: Readonly<Record<string, string>>) {
  expect(command[0]).toBe('node');
  return spawnGuarded({
    command: pinnedNode(),
    args: command.slice(1),
    cwd: join(image.root, image.workdir),
    env: { ...image.env, ...env },
  });
}

test('a node starts from the files of the image, serves the page and takes a client', async () => {
  const [port, opsPort] = await Promise.all([freePort(), freePort()]);
  const env = {
    ...{ HOST: '127.0.0.1', PORT: `${port}`, OPS_PORT: `${opsPort}` },
    ...{ AUTH_MODE: 'open', DRAIN_NOTICE_MS: '0', DRAIN_DEADLINE_MS: '0' },
  };
  await using node = start(image.command, env);
  await waitUntil(
    () => httpStatus(`http://127.0.0.1:${opsPort}/livez`).catch(() => 0),
    (status) => status === 200,
    { what: 'the node of the image to live' },
  );
  await using health = start(image.health, env);
  expect(await health.exited).toEqual({ code: 0, signal: null });
  expect(await httpStatus(`http://127.0.0.1:${port}/`), node.logs()).toBe(200);

  const socket = io(`http://127.0.0.1:${port}${namespace}`, { transports: ['websocket'] });
  try {
    await new Promise((resolve) => socket.once('welcome', resolve));
    expect(await socket.emitWithAck('room:join', { roomId: 'r' })).toMatchObject({ ok: true });
  } finally {
    socket.disconnect();
  }
});

test('its health check fails where no node is', async () => {
  await using health = start(image.health, { PORT: '1', OPS_PORT: `${await freePort()}` });
  expect(await health.exited).toEqual({ code: 1, signal: null });
});

test('it is closed by default, and runs as nobody in particular', async () => {
  expect(image.env).toMatchObject({ NODE_ENV: 'production' });
  expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  const entry = join(image.root, image.workdir, 'services/signaling/src/main.ts');
  const { code, stderr } = await runToExit({ entry, env: { ...image.env, PORT: '0' } });
  expect([code, stderr]).toEqual([1, expect.stringContaining('AUTH_MODE=open')]);
});

test('it has neither tests nor what only they need', async () => {
  const files = await readdir(join(image.root, image.workdir), { recursive: true });
  const own = files.filter((path) => !path.includes('node_modules'));
  expect(own.filter((path) => /\.test\.ts$|(^|\/)test\//.test(path))).toEqual([]);
  const packages = await readdir(join(image.root, image.workdir, 'node_modules/.pnpm'));
  expect(
    packages.filter((name) => /^(vitest|vite|typescript|playwright|node)@/.test(name)),
  ).toEqual([]);
  const { stdout } = await promisify(execFile)('du', ['-sm', join(image.root, image.workdir)]);
  expect(Number.parseInt(stdout, 10)).toBeLessThan(60);
});

test('its Node is the one that the workspace pins', async () => {
  const dockerfile = await readFile(repositoryPath('deploy/docker/Dockerfile'), 'utf8');
  const bases = [...dockerfile.matchAll(/^FROM (node:\S+)/gm)].map(([, base]) => base);
  const { catalog } = parse(await readFile(repositoryPath('pnpm-workspace.yaml'), 'utf8'));
  expect(new Set(bases)).toEqual(new Set([`node:${catalog.node}-alpine`]));
});

test('Caprover builds this image', async () => {
  const text = await readFile(repositoryPath('deploy/caprover/captain-definition'), 'utf8');
  const { schemaVersion, dockerfilePath } = JSON.parse(text);
  expect(schemaVersion).toBe(2);
  expect((await stat(repositoryPath(dockerfilePath))).isFile()).toBe(true);
});

test('the Procfile starts a node on the port that it is given', async () => {
  const [, command = ''] =
    /^web: (.*)$/m.exec(await readFile(repositoryPath('Procfile'), 'utf8')) ?? [];
  const [program = '', ...args] = command.split(' ');
  const port = await freePort();
  await using node = spawnGuarded({
    command: repositoryPath(program),
    args,
    cwd: repositoryPath(''),
    env: {
      PORT: `${port}`,
      OPS_PORT: `${await freePort()}`,
      AUTH_MODE: 'open',
      NODE_ENV: 'production',
    },
  });
  await waitUntil(
    () => httpStatus(`http://127.0.0.1:${port}/health`).catch(() => 0),
    (status) => status === 200,
    { what: `the Procfile's node: ${node.logs()}` },
  );
});
