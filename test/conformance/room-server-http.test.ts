import { randomBytes, randomUUID } from 'node:crypto';
import { type Cluster, startNode, waitUntil } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import { callHttp } from './call-http.ts';
import { DialectClient } from './dialect-client.ts';
import { epochMs, isoTime } from './shapes.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 2 });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const ask = (path: string, headers = {}) =>
  callHttp(`${cluster.node('n2').url}${path}`, { headers });

/** Ada on the node that is not asked, in a room of her own; everybody else has gone. */
async function joinAlone() {
  const roomId = randomUUID();
  const ada = await DialectClient.connect(cluster.node('n1').url, { dialect: 'room-server' });
  ada.emit('join-room', roomId, 'ada');
  await ada.next('room-joined');
  const one = { what: 'everybody else to have gone' };
  const isAlone = ({ body }: { body: unknown }) =>
    (body as { activeConnections: number }).activeConnections === 1;
  await waitUntil(() => ask('/stats'), isAlone, one);
  return { roomId, ada };
}

test('room-server: GET / tells of the server, and gives a browser the page', async () => {
  expect(await ask('/')).toEqual({
    status: 200,
    body: {
      service: 'signaling-server',
      version: expect.any(String),
      message: expect.any(String),
      port: expect.stringMatching(/^\d+$/),
      environment: 'development',
      features: expect.toSatisfy(Array.isArray),
      endpoints: expect.objectContaining({ health: '/health', rooms: '/rooms' }),
    },
  });
  expect(await ask('/', { accept: 'application/json, text/html;q=0.9' })).toMatchObject({
    body: { service: 'signaling-server' },
  });
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const page = await fetch(cluster.node('n2').url, { headers: { accept } });
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
});

test('room-server: GET /example-client-rooms.html is the demo client', async () => {
  const page = await fetch(`${cluster.node('n2').url}/example-client-rooms.html`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(await page.text()).toContain('Rooms: demo client');
});

describe('room-server: of the whole cluster tells', () => {
  test('GET /rooms who is where, until the room is empty', async () => {
    const { roomId, ada } = await joinAlone();
    using _ = ada;
    expect(await ask('/rooms')).toEqual({
      status: 200,
      body: {
        totalRooms: 1,
        rooms: [
          {
            roomId,
            users: 1,
            userList: [{ userId: 'ada', socketId: ada.id, joinedAt: isoTime }],
            createdAt: isoTime,
            lastActivity: isoTime,
          },
        ],
      },
    });
    ada[Symbol.dispose]();
    const isEmpty = ({ body }: { body: unknown }) =>
      (body as { totalRooms: number }).totalRooms === 0;
    const emptied = await waitUntil(() => ask('/rooms'), isEmpty, { what: 'no room to be left' });
    expect(emptied.body).toEqual({ totalRooms: 0, rooms: [] });
  });

  test('GET /connections who is connected', async () => {
    const { roomId, ada } = await joinAlone();
    using _ = ada;
    expect(await ask('/connections')).toEqual({
      status: 200,
      body: {
        totalConnections: 1,
        connections: [
          {
            socketId: ada.id,
            connectedAt: isoTime,
            ip: expect.any(String),
            userAgent: expect.any(String),
            currentRoom: roomId,
            userId: 'ada',
          },
        ],
      },
    });
  });

  test('GET /stats and GET /health how much goes on', async () => {
    const { ada } = await joinAlone();
    using _ = ada;
    expect(await ask('/stats')).toEqual({
      status: 200,
      body: {
        totalConnections: 1,
        activeConnections: 1,
        totalRooms: 1,
        activeRooms: 1,
        startTime: epochMs,
        uptime: expect.any(Number),
        uptimeFormatted: expect.stringMatching(/^\d+h \d+m \d+s$/),
        averageUsersPerRoom: 1,
      },
    });
    expect(await ask('/health')).toMatchObject({
      status: 200,
      body: {
        service: 'signaling-server',
        status: 'healthy',
        timestamp: isoTime,
        uptime: expect.any(Number),
        version: expect.any(String),
        environment: 'development',
        port: expect.stringMatching(/^\d+$/),
        memory: {
          used: expect.stringMatching(/^\d+ MB$/),
          total: expect.stringMatching(/^\d+ MB$/),
        },
        connections: { active: 1, total: 1 },
        rooms: { active: 1, total: 1 },
      },
    });
  });
});

describe('room-server: long lists', () => {
  test('come in pages', async () => {
    const { ada } = await joinAlone();
    using _ = ada;
    using bob = await DialectClient.connect(cluster.node('n2').url, { dialect: 'room-server' });
    const roomId = randomUUID();
    bob.emit('join-room', roomId, 'bob');
    await bob.next('room-joined');
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await ask(
        `/rooms?limit=1${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      const page = body as { rooms: { roomId: string }[]; nextCursor?: string };
      seen.push(...page.rooms.map((each) => each.roomId));
      cursor = page.nextCursor ?? '';
    } while (cursor);
    expect(seen).toHaveLength(2);
    expect(seen).toContain(roomId);
  });

  test.each(['/rooms?limit=0', '/rooms?limit=x', '/connections?cursor=nonsense'])(
    '%s is refused',
    async (path) => {
      expect(await ask(path)).toEqual({ status: 400, body: { error: expect.any(String) } });
    },
  );
});

test('room-server: outside development the lists take an admin credential', async () => {
  const internalSecret = randomBytes(24).toString('hex');
  const env = {
    NODE_ENV: 'production',
    JWT_SECRET: randomBytes(24).toString('hex'),
    INTERNAL_SECRET: internalSecret,
  };
  await using node = await startNode({ nodeId: 'alone', env });
  const asServer = { 'x-internal-secret': internalSecret };
  const tokenFor = async (grants: object) => {
    const json = { sub: 'ada', grants };
    const { body } = await callHttp(`${node.url}/v1/tokens`, { headers: asServer, json });
    return { authorization: `Bearer ${(body as { token: string }).token}` };
  };
  const [admin, user] = await Promise.all([tokenFor({ admin: true }), tokenFor({ create: true })]);
  const error = expect.any(String);
  for (const path of ['/rooms', '/connections', '/stats']) {
    const url = `${node.url}${path}`;
    expect(await callHttp(url)).toEqual({ status: 401, body: { error } });
    expect(await callHttp(url, { headers: user })).toEqual({ status: 403, body: { error } });
    expect((await callHttp(url, { headers: admin })).status).toBe(200);
    expect((await callHttp(url, { headers: asServer })).status).toBe(200);
  }
});
