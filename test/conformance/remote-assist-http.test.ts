import { randomBytes, randomUUID } from 'node:crypto';
import { type Cluster, waitUntil } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import { untilTold } from './assist-users.ts';
import { callHttp } from './call-http.ts';
import { DialectClient } from './dialect-client.ts';
import { epochMs, isoTime } from './shapes.ts';
import { type UsersFile, writeUsersFile } from './users-file.ts';

const refused = (status: number) => ({ status, body: { message: expect.any(String) } });
const passwords = { tina: randomUUID(), ed: randomUUID(), eve: randomUUID() };
type Username = keyof typeof passwords;
const roles = { tina: 'Technician', ed: 'Expert', eve: 'Expert' };

let users: UsersFile;
let cluster: Cluster;

beforeAll(async () => {
  const names = Object.keys(passwords) as Username[];
  users = await writeUsersFile(
    names.map((username) => ({
      ...{ username, role: roles[username], password: passwords[username] },
    })),
  );
  cluster = await startNodes({
    nodes: 2,
    env: {
      AUTH_MODE: 'required',
      JWT_SECRET: randomBytes(24).toString('hex'),
      ROOT_DIALECT: 'remote-assist',
      USERS_FILE: users.path,
    },
  });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await users[Symbol.asyncDispose]();
});

const at = (node: 'n1' | 'n2', path: string) => `${cluster.node(node).url}${path}`;
const logIn = (json: unknown, headers: Record<string, string> = {}) =>
  callHttp(at('n1', '/login'), { json, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A login takes its time, so there is one for each user. */
const tokens = new Map<Username, string>();

async function tokenOf(username: Username): Promise<string> {
  const known = tokens.get(username);
  if (known !== undefined) return known;
  const { body } = await logIn({ username, password: passwords[username] });
  const { token } = body as { token: string };
  tokens.set(username, token);
  return token;
}

async function connect(node: 'n1' | 'n2', username: Username): Promise<DialectClient> {
  const { url } = cluster.node(node);
  const token = await tokenOf(username);
  return DialectClient.connect(url, { dialect: 'remote-assist', by: 'root', token });
}

async function createCall(): Promise<string> {
  const headers = bearer(await tokenOf('tina'));
  const { body } = await callHttp(at('n1', '/api/create-call'), {
    ...{ json: { userId: 'tina' }, headers },
  });
  return (body as { callId: string }).callId;
}

interface Listed {
  readonly callId: string;
  readonly status: string;
}

/** A call as it is listed; undefined of one that is not. */
async function listed(callId: string): Promise<Listed | undefined> {
  const { body } = await callHttp(at('n2', '/api/calls'));
  return (body as { calls: Listed[] }).calls.find((each) => each.callId === callId);
}

/** How a user is, as the other node says. */
async function statusOf(username: Username): Promise<string | undefined> {
  const headers = bearer(await tokenOf('tina'));
  const { body } = await callHttp(at('n2', '/api/users/status'), { headers });
  const { users: listed } = body as { users: { username: string; status: string }[] };
  return listed.find((each) => each.username === username)?.status;
}

const until = (username: Username, wanted: 'online' | 'offline') =>
  waitUntil(
    () => statusOf(username),
    (status) => status === wanted,
    { what: `${username} to be ${wanted}` },
  );

describe('remote-assist: POST /login', () => {
  test.each(['tina', 'ed'] as const)('lets %s in, with a token', async (username) => {
    expect(await logIn({ username, password: passwords[username] })).toEqual({
      status: 200,
      body: {
        ...{ userId: username, role: roles[username] },
        ...{ message: expect.any(String), token: expect.any(String) },
      },
    });
  });

  test('answers a wrong password and an unknown user alike', async () => {
    const wrong = await logIn({ username: 'ed', password: passwords.tina });
    expect(wrong).toEqual(refused(401));
    expect(await logIn({ username: 'nobody', password: 'x' })).toEqual(wrong);
    // The demo users are for development without a file of one's own.
    expect(await logIn({ username: 'user1', password: 'P' })).toEqual(wrong);
    for (const body of [{}, { username: 'ed' }, { username: 'ed', password: 7 }, 7]) {
      expect(await logIn(body)).toEqual(refused(400));
    }
  });

  test('takes longer and longer for whoever guesses, and refuses in the end', async () => {
    const guess = () => logIn({ username: 'eve', password: 'a guess' });
    const answers = await Promise.all(Array.from({ length: 12 }, guess));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(9);
    expect(statuses.filter((status) => status === 429)).toHaveLength(3);
    expect(await logIn({ username: 'ed', password: passwords.ed })).toMatchObject({ status: 200 });
  }, 60_000);
});

describe('remote-assist: POST /api/create-call', () => {
  test('is for Technicians, who show who they are', async () => {
    const create = (userId: unknown, headers = {}) =>
      callHttp(at('n1', '/api/create-call'), { json: { userId }, headers });
    const tina = bearer(await tokenOf('tina'));
    const ed = bearer(await tokenOf('ed'));
    const made = { status: 200, body: { callId: expect.any(String) } };
    expect(await create('tina', tina)).toEqual(made);
    expect(await create('ed', ed)).toEqual(refused(403));
    expect(await create('tina', ed)).toEqual(refused(403));
    expect(await create('tina')).toEqual(refused(401));
    expect(await create(undefined, tina)).toEqual(refused(400));
  });
});

describe('remote-assist: GET /api/calls', () => {
  test('lists a call from pending to active, until everybody has gone', async () => {
    const callId = await createCall();
    const pending = {
      ...{ callId, users: ['tina'], startTime: epochMs, duration: expect.any(Number) },
      ...{ annotations: 0, status: 'pending' },
    };
    const { status, body } = await callHttp(at('n2', '/api/calls'));
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ totalCalls: expect.any(Number), totalUsers: expect.any(Number) },
      calls: expect.arrayContaining([pending]),
    });
    using tina = await connect('n1', 'tina');
    using ed = await connect('n2', 'ed');
    tina.emit('join-call', { callId, userId: 'tina', role: 'Technician' });
    await tina.next('existing-annotations');
    // Whoever comes in does not answer it.
    expect(await listed(callId)).toEqual(pending);
    tina.emit('call-request', { callId, from: 'tina', to: 'ed' });
    await ed.next('call-request');
    ed.emit('call-response', { callId, from: 'ed', to: 'tina', accepted: true });
    await ed.next('user-joined');
    ed.emit('annotation', { callId, id: 'a', text: 'here', x: 1, y: 2, from: 'ed' });
    await tina.next('annotation');
    expect(await listed(callId)).toEqual({
      ...{ callId, users: ['tina', 'ed'], startTime: epochMs, duration: expect.any(Number) },
      ...{ annotations: 1, status: 'active' },
    });
    ed.emit('end-call', { callId, to: 'tina' });
    await ed.next('call-ended-successfully');
    expect(await listed(callId)).toMatchObject({ status: 'active' });
    tina.emit('end-call', { callId, to: 'ed' });
    await tina.next('call-ended-successfully');
    expect(await listed(callId)).toBeUndefined();
  });

  test('does not list one that was refused', async () => {
    const callId = await createCall();
    using tina = await connect('n1', 'tina');
    using ed = await connect('n2', 'ed');
    tina.emit('call-request', { callId, from: 'tina', to: 'ed' });
    await ed.next('call-request');
    ed.emit('call-response', { callId, from: 'ed', to: 'tina', accepted: false });
    await tina.next('call-response');
    await waitUntil(
      () => listed(callId),
      (call) => call === undefined,
      { what: 'the call to be gone' },
    );
  });
});

describe('remote-assist: who is online', () => {
  test('GET /api/experts and /api/users/status tell, of the whole cluster', async () => {
    const headers = bearer(await tokenOf('tina'));
    await until('ed', 'offline');
    using _ = await connect('n1', 'ed');
    await until('ed', 'online');
    expect(await callHttp(at('n2', '/api/experts'), { headers })).toEqual({
      status: 200,
      body: {
        totalExperts: 2,
        experts: [
          { id: 'ed', username: 'ed', role: 'Expert', status: 'online' },
          { id: 'eve', username: 'eve', role: 'Expert', status: 'offline' },
        ],
      },
    });
    expect(await callHttp(at('n2', '/api/users/status'), { headers })).toEqual({
      status: 200,
      body: {
        ...{ totalUsers: 3, onlineUsers: expect.any(Number) },
        users: expect.arrayContaining([{ username: 'ed', role: 'Expert', status: 'online' }]),
      },
    });
    expect(await callHttp(at('n2', '/api/experts'))).toEqual(refused(401));
  });

  test('GET /health has its fields', async () => {
    expect(await callHttp(at('n1', '/health'))).toMatchObject({
      status: 200,
      body: { status: 'healthy', timestamp: isoTime, uptime: expect.any(Number) },
    });
  });
});

describe('remote-assist: with a token', () => {
  test('nobody passes for another', async () => {
    using ed = await connect('n1', 'ed');
    const as = { callId: 'call_1', userId: 'tina', role: 'Technician' };
    for (const [event, payload] of [
      ['register', { userId: 'tina' }],
      ['reconnect-after-call', { userId: 'tina' }],
      ['join-call', as],
    ] as const) {
      ed.emit(event, payload);
      expect(await ed.next('error')).toEqual({ message: expect.any(String) });
    }
  });

  test('nobody comes into a room that is no call', async () => {
    using ed = await connect('n1', 'ed');
    ed.emit('join-call', { callId: 'room_1_abc', userId: 'ed', role: 'Expert' });
    expect(await ed.next('error')).toEqual({ message: expect.any(String) });
  });
});

describe('remote-assist: logout with a token', () => {
  /** Tina, who rings Ed, on different nodes. */
  async function ringing() {
    await Promise.all([until('tina', 'offline'), until('ed', 'offline')]);
    const stack = new DisposableStack();
    const ed = stack.use(await connect('n2', 'ed'));
    const tina = stack.use(await connect('n1', 'tina'));
    await untilTold(ed, { userId: 'tina', status: 'online' });
    const callId = await createCall();
    tina.emit('call-request', { callId, from: 'tina', to: 'ed' });
    expect(await ed.next('call-request')).toEqual({ callId, from: 'tina' });
    return { tina, ed, callId, [Symbol.dispose]: () => stack.dispose() };
  }

  test('is told at another node, takes back a call that rings, and ends when one registers', async () => {
    using world = await ringing();
    const { tina, ed } = world;
    tina.emit('logout', { userId: 'tina' });
    expect(await ed.next('call-ended')).toEqual({ from: 'tina', callId: world.callId });
    await Promise.all(
      [tina, ed].map((each) => untilTold(each, { userId: 'tina', status: 'offline' })),
    );
    expect(await statusOf('tina')).toBe('offline');
    const callId = await createCall();
    const request = { callId, from: 'tina', to: 'ed' };
    for (const [event, payload] of [
      ['call-request', request],
      ['logout', { userId: 'tina' }],
      ['register', { userId: 'ed' }],
    ] as const) {
      tina.emit(event, payload);
      expect(await tina.next('error')).toEqual({ message: expect.any(String) });
    }
    tina.emit('register', { userId: 'tina' });
    await Promise.all(
      [tina, ed].map((each) => untilTold(each, { userId: 'tina', status: 'online' })),
    );
    tina.emit('call-request', request);
    expect(await ed.next('call-request')).toEqual({ callId, from: 'tina' });
  });

  test('is not undone by a connection that was lost and is back', async () => {
    using world = await ringing();
    const { tina, ed, callId } = world;
    tina.emit('join-call', { callId, userId: 'tina', role: 'Technician' });
    await tina.next('existing-annotations');
    ed.emit('call-response', { callId, from: 'ed', to: 'tina', accepted: true });
    await tina.next('user-joined');
    ed.emit('logout', { userId: 'ed' });
    expect(await tina.next('user-left')).toEqual({ userId: 'ed', callId });
    await untilTold(tina, { userId: 'ed', status: 'offline' });
    const { id } = ed;
    const back = new Promise((resolve) => ed.socket.once('connect', () => resolve(null)));
    ed.socket.io.engine.close();
    await back;
    ed.emit('ping');
    await ed.next('pong');
    expect(ed.id).toBe(id);
    expect(await statusOf('ed')).toBe('offline');
    ed.emit('register', { userId: 'ed' });
    await untilTold(tina, { userId: 'ed', status: 'online' });
  });
});
