import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { httpStatus } from './http-status.ts';
import { runToExit, startNode } from './node-process.ts';

const entry = fileURLToPath(new URL('./fixtures/stub-node.ts', import.meta.url));

describe('startNode', () => {
  it('resolves when the node is ready, and stops it in the end', async () => {
    const node = await startNode({ nodeId: 'n1', entry });
    expect(node).toMatchObject({
      nodeId: 'n1',
      url: `http://127.0.0.1:${node.port}`,
      opsUrl: `http://127.0.0.1:${node.opsPort}`,
    });
    await expect(httpStatus(`${node.opsUrl}/readyz`)).resolves.toBe(200);
    expect(node.logs()).toBe('stub n1 listens\n');
    await node[Symbol.asyncDispose]();
    await expect(node.exited).resolves.toEqual({ code: null, signal: 'SIGTERM' });
    await expect(httpStatus(node.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('carries the output of a node that does not start', async () => {
    const start = startNode({ nodeId: 'n1', entry, env: { STUB_EXIT: '3' } });
    await expect(start).rejects.toThrow(
      /node n1 failed: it ended with code 3\n.*\nSTUB_EXIT is set\n/,
    );
  });

  it('restarts on the same ports as another process', async () => {
    await using node = await startNode({ nodeId: 'n1', entry });
    const { pid, url } = node;
    await node.kill();
    await node.restart();
    expect(node.pid).not.toBe(pid);
    expect(node.url).toBe(url);
    await expect(httpStatus(url)).resolves.toBe(200);
    expect(node.logs()).toBe('stub n1 listens\nstub n1 listens\n');
  });

  it('answers nothing while paused', async () => {
    await using node = await startNode({ nodeId: 'n1', entry });
    node.pause();
    await expect(httpStatus(node.url)).rejects.toThrow('no answer within 1 s');
    node.resume();
    await expect(httpStatus(node.url)).resolves.toBe(200);
  });
});

describe('runToExit', () => {
  it('tells how the program ended and what it wrote', async () => {
    const result = await runToExit({ entry, env: { STUB_EXIT: '3', WRONG: 'x' } });
    expect(result).toMatchObject({ code: 3, stderr: 'STUB_EXIT is set\n' });
    expect(result.stdout).toContain('WRONG');
    expect(result.stdout).not.toContain('HOME');
  });
});
