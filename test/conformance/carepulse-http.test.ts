import { randomBytes, randomUUID } from 'node:crypto';
import type { Cluster } from '@switchboard/testkit';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import { callHttp } from './call-http.ts';
import { DialectClient } from './dialect-client.ts';

const secret = () => randomBytes(24).toString('hex');
const internalSecret = secret();
const sfuNodes = ['sfu-1', 'sfu-2'];
const baseUrl = 'https://care.example';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({
    nodes: 2,
    env: {
      AUTH_MODE: 'required',
      JWT_SECRET: secret(),
      INTERNAL_SECRET: internalSecret,
      SFU_NODES: sfuNodes.join(','),
      CLIENT_BASE_URL: baseUrl,
    },
  });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const asServer = { 'x-internal-secret': internalSecret };
const refused = (status: number) => ({ status, body: { message: expect.any(String) } });
const at = (node: 'n1' | 'n2', path: string) => `${cluster.node(node).url}${path}`;
const parties = { doctorId: 'doc123', patientId: 'pat456' };

const create = (json: unknown, headers: Record<string, string> = asServer) =>
  callHttp(at('n1', '/sessions'), { json, headers });
const invite = (sessionId: string, json: unknown, headers: Record<string, string> = asServer) =>
  callHttp(at('n2', `/sessions/${sessionId}/join`), { json, headers });

async function newSession(): Promise<string> {
  const { body } = await create({ appointmentId: randomUUID(), ...parties });
  return (body as { sessionId: string }).sessionId;
}

/** The token of a join link. */
async function tokenOf(sessionId: string, role: 'doctor' | 'patient'): Promise<string> {
  const userId = role === 'doctor' ? parties.doctorId : parties.patientId;
  const { body } = await invite(sessionId, { role, userId });
  return new URL((body as { joinUrl: string }).joinUrl).searchParams.get('token') ?? '';
}

const claimsOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('carepulse: POST /sessions', () => {
  test('answers the same for the same appointment', async () => {
    const appointmentId = randomUUID();
    const first = await create({ appointmentId, ...parties });
    expect(first).toEqual({
      status: 200,
      body: {
        sessionId: expect.any(String),
        roomName: expect.any(String),
        sfuNodeId: expect.toBeOneOf(sfuNodes),
        baseUrl: expect.stringMatching(/^https:\/\/care\.example\/join\/[^/?]+$/),
      },
    });
    for (let again = 0; again < 5; again += 1) {
      expect(await create({ appointmentId, ...parties })).toEqual(first);
    }
  });

  test.each([{}, { appointmentId: 'a' }, { ...parties }, { appointmentId: 'a', doctorId: 'd' }, 7])(
    '%j is 400',
    async (json) => {
      expect(await create(json)).toEqual(refused(400));
    },
  );

  test.each([{}, { 'x-internal-secret': 'another' }])('with %j it is 401', async (headers) => {
    expect(await create({ appointmentId: 'a', ...parties }, headers)).toEqual(refused(401));
  });
});

describe('carepulse: POST /sessions/:sessionId/join', () => {
  test.each([
    ['doctor', 'doc123', ['host', 'mute-others', 'end-call']],
    ['patient', 'pat456', ['participant']],
  ] as const)('gives the %s a link with a token for an hour', async (role, sub, permissions) => {
    const sessionId = await newSession();
    const { status, body } = await invite(sessionId, { role, userId: sub });
    expect(status).toBe(200);
    expect(body).toEqual({ joinUrl: expect.any(String), expiresIn: 3_600 });
    const link = new URL((body as { joinUrl: string }).joinUrl);
    expect(`${link.origin}${link.pathname}`).toBe(`${baseUrl}/join/${sessionId}`);
    const claims = claimsOf(link.searchParams.get('token') ?? '');
    expect(claims).toMatchObject({
      ...{ sub, sessionId, role, permissions },
      roomName: expect.any(String),
    });
    const { iat, exp } = claims as { iat: number; exp: number };
    expect(exp - iat).toBe(3_600);
  });

  test('is refused by a bad role, a stranger, an unknown session, and without the secret', async () => {
    const sessionId = await newSession();
    const doctor = { role: 'doctor', userId: 'doc123' };
    expect(await invite(sessionId, { ...doctor, role: 'nurse' })).toEqual(refused(400));
    expect(await invite(sessionId, { role: 'doctor' })).toEqual(refused(400));
    expect(await invite(sessionId, { ...doctor, userId: 'pat456' })).toEqual(refused(403));
    expect(await invite(sessionId, { ...doctor, userId: 'eve' })).toEqual(refused(403));
    expect(await invite(randomUUID(), doctor)).toEqual(refused(404));
    expect(await invite(sessionId, doctor, {})).toEqual(refused(401));
  });
});

describe('carepulse: a socket with a token', () => {
  const connect = async (node: 'n1' | 'n2', token: string) =>
    DialectClient.connect(cluster.node(node).url, { dialect: 'carepulse', token });

  test.each(['doctor', 'doc123'])('may call itself %s, and is echoed so', async (word) => {
    const sessionId = await newSession();
    using patient = await connect('n1', await tokenOf(sessionId, 'patient'));
    using doctor = await connect('n2', await tokenOf(sessionId, 'doctor'));
    patient.emit('join-room', sessionId, 'patient');
    patient.emit('signal', { room: sessionId, candidate: null });
    patient.emit('no-such-event');
    await patient.next('error');
    doctor.emit('join-room', sessionId, word);
    expect(await patient.next('user-connected')).toBe(word);
    doctor[Symbol.dispose]();
    expect(await patient.next('user-disconnected')).toBe(word);
    expect(patient.untaken).toEqual([]);
  });

  test('may neither call itself otherwise nor enter another session', async () => {
    const [sessionId, another] = [await newSession(), randomUUID()];
    using patient = await connect('n1', await tokenOf(sessionId, 'patient'));
    for (const args of [
      [sessionId, 'doctor'],
      [sessionId, 'doc123'],
      [another, 'patient'],
    ]) {
      patient.emit('join-room', ...args);
      expect(await patient.next('error')).toEqual({ message: expect.any(String) });
    }
  });
});

describe('carepulse: GET /join/:sessionId', () => {
  const open = (sessionId: string, token?: string) =>
    fetch(at('n2', `/join/${sessionId}${token === undefined ? '' : `?token=${token}`}`), {
      headers: { accept: 'text/html', 'x-forwarded-proto': 'https' },
    });

  test('serves the page, and gives it a cookie with which it connects', async () => {
    const sessionId = await newSession();
    const token = await tokenOf(sessionId, 'patient');
    const response = await open(sessionId, token);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('data-testid="remote"');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^switchboard_token=[^;]+; Path=\/socket\.io\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
    );
    const seconds = Number(/Max-Age=(\d+)/.exec(cookie)?.[1]);
    expect(seconds).toBeGreaterThan(3_500);
    // With the few seconds by which clocks may differ.
    expect(seconds).toBeLessThanOrEqual(3_605);
    const socket = io(at('n1', '/carepulse'), {
      transports: ['websocket'],
      forceNew: true,
      extraHeaders: { cookie: cookie.split(';')[0] ?? '' },
    });
    try {
      await new Promise((resolve, reject) => {
        socket.once('connect', () => resolve(undefined));
        socket.once('connect_error', reject);
      });
    } finally {
      socket.disconnect();
    }
  });

  test('serves an error page and no cookie for a bad token, another session, or none', async () => {
    const [mine, others] = [await newSession(), await newSession()];
    const { body } = await create({ appointmentId: randomUUID(), doctorId: 'd', patientId: 'p' });
    const foreign = (body as { sessionId: string }).sessionId;
    const token = await tokenOf(mine, 'doctor');
    for (const [sessionId, shown, status] of [
      [mine, undefined, 401],
      [mine, 'nonsense', 401],
      [mine, `${token}x`, 401],
      [foreign, token, 403],
      [randomUUID(), token, 404],
    ] as const) {
      const response = await open(sessionId, shown);
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      expect(response.headers.get('set-cookie')).toBeNull();
      const text = await response.text();
      expect(text).toContain('data-testid="refused"');
      expect(text).not.toContain('socket.io');
    }
    expect((await open(others, token)).status).toBe(200);
  });

  test('no socket is let in without the cookie', async () => {
    const url = cluster.node('n1').url;
    await expect(DialectClient.connect(url, { dialect: 'carepulse' })).rejects.toThrow(
      'unauthenticated',
    );
  });
});
