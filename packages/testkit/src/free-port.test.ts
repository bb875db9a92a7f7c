import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freePort } from './free-port.ts';
import { spawnGuarded } from './process/guarded-process.ts';
import { pinnedNode } from './process/pinned-node.ts';

it('gives ports on which a server can listen, each once', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(new Set(ports).size).toBe(50);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(ports[0], '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
});

it('gives a port to one process only, though nobody listens on it yet', async () => {
  const ours = await Promise.all(Array.from({ length: 500 }, freePort));
  const module = fileURLToPath(new URL('./free-port.ts', import.meta.url));
  const script = `
    const { freePort } = await import(${JSON.stringify(module)});
    console.log(JSON.stringify(await Promise.all(Array.from({ length: 500 }, freePort))));
    process.exit();`;
  const child = spawnGuarded({
    command: pinnedNode(),
    args: ['--input-type=module', '-e', script],
  });
  await child.exited;
  const theirs: unknown = JSON.parse(child.logs('stdout'));
  expect(theirs).toHaveLength(500);
  expect(theirs).not.toEqual(expect.arrayContaining([expect.toBeOneOf(ours)]));
});
