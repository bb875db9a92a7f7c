import { namespace } from '@switchboard/protocol';
import { io } from 'socket.io-client';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { type RunningNode, startNode } from './node.ts';
import { createLogger } from './observability/logger.ts';

interface TestNode extends RunningNode, AsyncDisposable {
  readonly url: string;
  readonly opsUrl: string;
}

/** A node in this process, without Redis, on free ports. */
async function start(environment: NodeJS.ProcessEnv = {}): Promise<TestNode> {
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'fatal',
    DRAIN_NOTICE_MS: '0',
    ...environment,
  });
  const onUsurped = () => {
    throw new Error('nobody else has this name');
  };
  const node = await startNode(config, { logger: await createLogger(config), onUsurped });
  return {
    ...node,
    url: `http://127.0.0.1:${node.port}`,
    opsUrl: `http://127.0.0.1:${node.opsPort}`,
    [Symbol.asyncDispose]: () => node.close(),
  };
}

describe('the public port', () => {
  test('/health says that the node is well, in the words of the dialect at the root', async () => {
    await using node = await start({ ROOT_DIALECT: 'room-server' });
    const response = await fetch(`${node.url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'healthy', uptime: expect.any(Number) });
  });

  test('has nothing of what is for operators', async () => {
    await using node = await start();
    for (const path of ['/livez', '/readyz', '/metrics']) {
      expect((await fetch(`${node.url}${path}`)).status).toBe(404);
    }
  });

  test('answers with the headers that protect a page', async () => {
    await using node = await start();
    const { headers } = await fetch(`${node.url}/health`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("connect-src 'self' ws: wss:");
    expect(policy).not.toContain('unsafe-eval');
  });
});

describe('pages of other origins', () => {
  const origin = 'https://a.example';
  const allowed = async (url: string, from = origin) => {
    const { headers } = await fetch(url, { headers: { origin: from } });
    return headers.get('access-control-allow-origin');
  };

  test('may call a node in development', async () => {
    await using node = await start();
    expect(await allowed(`${node.url}/health`)).toBe('*');
    expect(await allowed(`${node.url}/socket.io/?EIO=4&transport=polling`)).toBe('*');
  });

  test('may call a node that names them, and no others may', async () => {
    await using node = await start({ CORS_ORIGIN: `${origin},https://b.example` });
    for (const path of ['/health', '/socket.io/?EIO=4&transport=polling']) {
      expect(await allowed(`${node.url}${path}`)).toBe(origin);
      expect(await allowed(`${node.url}${path}`, 'https://b.example')).toBe('https://b.example');
      expect(await allowed(`${node.url}${path}`, 'https://eve.example')).toBeNull();
    }
  });

  test('may not call a node in production that names none', async () => {
    await using node = await start({ NODE_ENV: 'production', AUTH_MODE: 'open' });
    expect(await allowed(`${node.url}/health`)).toBeNull();
    expect(await allowed(`${node.url}/socket.io/?EIO=4&transport=polling`)).toBeNull();
  });
});

describe('the port for operators', () => {
  test('says that the process is alive and ready', async () => {
    await using node = await start();
    expect((await fetch(`${node.opsUrl}/livez`)).status).toBe(200);
    const ready = await fetch(`${node.opsUrl}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });

  test('counts connections, commands and refusals', async () => {
    await using node = await start();
    const metrics = async () => (await fetch(`${node.opsUrl}/metrics`)).text();
    expect(await metrics()).toContain('switchboard_connections 0');
    const socket = io(`${node.url}${namespace}`, { transports: ['websocket'], forceNew: true });
    try {
      const joined = await socket.emitWithAck('room:join', { roomId: 'a room with a name' });
      expect(joined).toMatchObject({ ok: true });
      await socket.emitWithAck('media:update', { roomId: 'another', media: {} });
      await socket.emitWithAck('no such command', {});
      const text = await metrics();
      expect(text).toContain('switchboard_connections 1');
      expect(text).toContain('switchboard_local_rooms 1');
      expect(text).toMatch(/commands_total\{command="room:join",outcome="ok"\} 1/);
      expect(text).toMatch(/commands_total\{command="media:update",outcome="not_in_room"\} 1/);
      expect(text).toMatch(/commands_total\{command="unknown",outcome="unknown_command"\} 1/);
      // Labels are from closed lists: nothing that a client has chosen is among them.
      expect(text).not.toContain('a room with a name');
      expect(text).not.toContain('no such command');
    } finally {
      socket.disconnect();
    }
  });
});
