import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { waitUntil } from '../wait-until.ts';
import { startTcpProxy } from './tcp-proxy.ts';

it('passes everything on, in both directions', async () => {
  await using network = await start();
  await expect(network.ask('one')).resolves.toBe('one');
  expect(network.proxy.connections.map(({ greeting }) => greeting)).toEqual(['one']);
});

it('holds what is sent, and lets go of it in order', async () => {
  await using network = await start();
  network.proxy.set({ kind: 'hold' });
  network.client.write('one');
  await network.silence();
  network.client.write('two');
  network.proxy.mend();
  await expect(network.heard(6)).resolves.toBe('onetwo');
});

it('delays, in order also when the delay gets shorter', async () => {
  await using network = await start();
  const [connection] = network.proxy.connections;
  const startedAt = performance.now();
  connection?.toServer.set({ kind: 'delay', ms: 200 });
  network.client.write('one');
  await network.passed(3);
  connection?.toServer.set({ kind: 'delay', ms: 1 });
  network.client.write('two');
  await expect(network.heard(6)).resolves.toBe('onetwo');
  expect(performance.now() - startedAt).toBeGreaterThan(190);
});

it('drops in one direction, and cuts what has lost bytes when it mends', async () => {
  await using network = await start();
  const [connection] = network.proxy.connections;
  connection?.toClient.set({ kind: 'drop' });
  network.client.write('one');
  await waitUntil(() => connection?.toClient.hasHole, Boolean, { what: 'the echo to be dropped' });
  network.proxy.mend();
  await waitUntil(() => network.client.closed, Boolean, { what: 'the connection to be cut' });
});

it('cuts, and lets nobody in until it mends', async () => {
  await using network = await start();
  network.proxy.cut();
  await waitUntil(() => network.client.closed, Boolean, { what: 'the connection to be cut' });
  const early = tcpConnect(network.proxy.port, '127.0.0.1');
  await waitUntil(() => early.closed, Boolean, { what: 'the next one to be cut' });
  network.proxy.mend();
  const late = tcpConnect(network.proxy.port, '127.0.0.1');
  late.write('one');
  const echo = await new Promise((resolve) => late.once('data', resolve));
  expect(String(echo)).toBe('one');
  late.destroy();
});

/** An echo server behind a proxy, and a client that is connected to it. */
async function start() {
  const port = await freePort();
  const sockets = new Set<Socket>();
  const echo = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(port, '127.0.0.1', resolve));
  const proxy = await startTcpProxy(port);
  const client = tcpConnect(proxy.port, '127.0.0.1').on('error', () => undefined);
  let heard = '';
  client.on('data', (chunk) => {
    heard += chunk;
  });
  await waitUntil(() => proxy.connections.length, Boolean, { what: 'the proxy to be in between' });
  const hear = (length: number) =>
    waitUntil(
      () => heard,
      () => heard.length >= length,
      { what: 'an echo', intervalMs: 2 },
    );
  return {
    proxy,
    client,
    heard: hear,
    ask: (text: string) => {
      client.write(text);
      return hear(text.length);
    },
    /** Whatever has been written is with the kernel, and nothing has come back. */
    silence: async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(heard).toBe('');
    },
    passed: (length: number) =>
      waitUntil(
        () => proxy.connections[0]?.greeting.length ?? 0,
        (count) => count >= length,
        { what: 'the proxy to have read it', intervalMs: 2 },
      ),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await proxy[Symbol.asyncDispose]();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => echo.close(resolve));
    },
  };
}
