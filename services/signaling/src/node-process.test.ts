import { once } from 'node:events';
import { randomId } from '@switchboard/core';
import { defaultTenant, NodeId, namespace, RoomId } from '@switchboard/protocol';
import { connectRedisState } from '@switchboard/state-redis';
import {
  freePort,
  httpStatus,
  type NodeProcess,
  type RedisServer,
  runToExit,
  startNode,
  startRedis,
  waitUntil,
} from '@switchboard/testkit';
import { io, type Socket } from 'socket.io-client';
import { describe, expect, test } from 'vitest';

const roomId = 'consultation';

interface Nodes extends AsyncDisposable {
  readonly redis: RedisServer;
  readonly keyPrefix: string;
  readonly n1: NodeProcess;
  readonly n2: NodeProcess;
  /** A client of a node, with its welcome. */
  connect(
    node: NodeProcess,
    options?: { auth?: object; transports?: string[] },
  ): Promise<{ socket: Socket; welcome: Welcome }>;
}

interface Welcome {
  readonly peerId: string;
  readonly resumed: boolean;
}

/** Two nodes on a Redis that is there to be taken away. */
async function start(environment: Readonly<Record<string, string>> = {}): Promise<Nodes> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis({ own: true }));
  const keyPrefix = `test-${randomId()}:`;
  const env = {
    REDIS_URL: redis.url,
    KEY_PREFIX: keyPrefix,
    LOG_LEVEL: 'error',
    DRAIN_NOTICE_MS: '100',
    DRAIN_DEADLINE_MS: '2000',
    ...environment,
  };
  const [n1, n2] = await Promise.all(
    ['n1', 'n2'].map(async (nodeId) => stack.use(await startNode({ nodeId, env }))),
  );
  if (!n1 || !n2) throw new Error('there are no nodes');
  const sockets = new Set<Socket>();
  stack.defer(() => {
    for (const socket of sockets) socket.disconnect();
  });
  const all = stack.move();
  return {
    ...{ redis, keyPrefix, n1, n2 },
    connect: async ({ url }, { auth = {}, transports = ['websocket'] } = {}) => {
      const options = { transports, forceNew: true, reconnection: false, auth };
      const socket = io(`${url}${namespace}`, options);
      sockets.add(socket);
      const [welcome] = await once(socket as never, 'welcome');
      return { socket, welcome: welcome as Welcome };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The room as it is in Redis. */
async function stored({ redis, keyPrefix }: Nodes) {
  const state = await connectRedisState({
    url: redis.url,
    keyPrefix,
    node: NodeId.parse('reader'),
    onError: () => {},
  });
  try {
    return await state.rooms.read({ tenant: defaultTenant, roomId: RoomId.parse(roomId) });
  } finally {
    await state.close();
  }
}

const readiness = (node: NodeProcess, status: number) =>
  waitUntil(
    () => httpStatus(`${node.opsUrl}/readyz`),
    (answer) => answer === status,
    { what: `/readyz of ${node.nodeId} to answer ${status}` },
  );

test('while Redis is away a node is alive and not ready, and no client is disconnected', async () => {
  await using nodes = await start();
  const { redis, n1, connect } = nodes;
  const { socket } = await connect(n1);
  let disconnects = 0;
  socket.on('disconnect', () => {
    disconnects += 1;
  });
  await redis.kill();
  await readiness(n1, 503);
  expect(await httpStatus(`${n1.opsUrl}/livez`)).toBe(200);
  expect(await httpStatus(`${n1.url}/health`)).toBe(503);
  const refused = await socket.emitWithAck('room:join', { roomId });
  expect(refused).toMatchObject({ ok: false, error: { code: 'unavailable', retryable: true } });
  await redis.restart();
  await readiness(n1, 200);
  await waitUntil(
    () => socket.emitWithAck('room:join', { roomId }),
    ({ ok }) => ok === true,
    { what: 'a join to succeed' },
  );
  expect([socket.connected, disconnects]).toEqual([true, 0]);
});

test('SPEC 1.5, 5.1: SIGTERM moves the clients, and the node ends with 0', async () => {
  await using nodes = await start();
  const { n1, n2, connect } = nodes;
  const { socket: ada, welcome } = await connect(n1);
  const { socket: bob } = await connect(n2);
  await ada.emitWithAck('room:join', { roomId });
  await bob.emitWithAck('room:join', { roomId });
  const told: string[] = [];
  bob.onAny((name: string) => told.push(name));
  const draining = once(ada as never, 'node:draining');
  const disconnected = once(ada as never, 'disconnect');
  const pid: unknown = Reflect.get(ada, '_pid');
  const stopped = n1.stop();
  expect(await draining).toMatchObject([{ reconnectInMs: expect.any(Number) }]);
  // A Socket.IO disconnect would make the client stay away.
  expect(['transport close', 'transport error']).toContain((await disconnected)[0]);
  const again = await connect(n2, { auth: { pid, offset: '0' } });
  expect(again.welcome).toMatchObject({ peerId: welcome.peerId, resumed: true });
  expect(await stopped).toEqual({ code: 0, signal: null });
  await waitUntil(
    () => told,
    (names) => names.includes('participant:reconnected'),
    { what: 'the other to be told that she is back' },
  );
  // She may be back before the node that she left has written that she is away.
  expect([
    ['participant:reconnecting', 'participant:reconnected'],
    ['participant:reconnected'],
  ]).toContainEqual(told.filter((name) => name.startsWith('participant:')));
  const room = await stored(nodes);
  expect(room?.members.map(({ node }) => node)).toEqual(['n2', 'n2']);
  // Who says goodbye is gone, and so is the room with the last.
  again.socket.disconnect();
  await once(bob as never, 'participant:left');
  bob.disconnect();
  await waitUntil(
    () => stored(nodes),
    (left) => left === null,
    { what: 'the room to be gone' },
  );
});

test('a node that is stopping is not ready, refuses new clients, and keeps those it has', async () => {
  await using nodes = await start({ DRAIN_NOTICE_MS: '1000', DRAIN_DEADLINE_MS: '2000' });
  const { n1, connect } = nodes;
  const { socket } = await connect(n1);
  const stopping = n1.stop();
  await readiness(n1, 503);
  const handshake = await fetch(`${n1.url}/socket.io/?EIO=4&transport=polling`);
  expect([handshake.status, await handshake.json()]).toMatchObject([403, { message: 'draining' }]);
  expect(await socket.emitWithAck('room:leave', { roomId })).toEqual({ ok: true });
  expect(await stopping).toEqual({ code: 0, signal: null });
});

test('SIGTERM ends a node at once that has clients which poll', async () => {
  await using nodes = await start({ DRAIN_NOTICE_MS: '0', DRAIN_DEADLINE_MS: '0' });
  const { n1, connect } = nodes;
  const transports = ['polling'];
  const { socket: gone } = await connect(n1, { transports });
  await connect(n1, { transports });
  gone.disconnect();
  const startedAt = performance.now();
  expect(await n1.stop()).toEqual({ code: 0, signal: null });
  // Engine.IO waits thirty seconds for a client that is not asking just then.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

describe('a node does not start', () => {
  const common = { HOST: '127.0.0.1', LOG_LEVEL: 'fatal' };

  test('with a wrong variable, and names it and what was expected', async () => {
    const { code, stderr } = await runToExit({ env: { ...common, PORT: 'four thousand' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^PORT: .*number/m);
    expect(stderr).not.toContain('four thousand');
    expect(stderr).not.toContain('    at ');
  });

  test('in production where nobody could be let in', async () => {
    const { code, stderr } = await runToExit({ env: { ...common, NODE_ENV: 'production' } });
    expect(code).toBe(1);
    expect(stderr).toContain('AUTH_MODE=open');
  });

  test('with a Redis that cannot be reached', async () => {
    const port = await freePort();
    const url = `redis://:hunter2@127.0.0.1:${port}`;
    const { code, stdout, stderr } = await runToExit({
      env: { ...common, PORT: '0', REDIS_URL: url },
    });
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('could not start');
    expect(stdout + stderr).not.toContain('hunter2');
  });

  test('on a port that is taken', async () => {
    await using nodes = await start();
    const { code, stdout, stderr } = await runToExit({
      env: { ...common, PORT: `${nodes.n1.port}`, OPS_PORT: '0' },
    });
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('EADDRINUSE');
  });
});
