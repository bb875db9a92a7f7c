import { randomUUID } from 'node:crypto';
import { type Cluster, waitUntil } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import { callHttp } from './call-http.ts';
import { DialectClient } from './dialect-client.ts';
import { isoTime } from './shapes.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 2, env: { ROOT_DIALECT: 'healthconnect' } });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const url = (node: 'n1' | 'n2', path: string) => `${cluster.node(node).url}${path}`;
const create = (json: unknown) => callHttp(url('n1', '/api/rooms/create'), { json });
const look = (roomId: string) => callHttp(url('n2', `/api/rooms/${roomId}`));
const parties = { doctorId: 'doc123', patientId: 'pat456' };
const gone = { status: 404, body: { success: false, message: expect.any(String) } };

async function join(roomId: string): Promise<DialectClient> {
  const client = await DialectClient.connect(cluster.node('n1').url, {
    dialect: 'healthconnect',
    by: 'root',
  });
  client.emit('join-room', { roomId, userId: 'pat456', userType: 'patient', userName: 'Ada' });
  await client.next('room-joined');
  return client;
}

describe('healthconnect: POST /api/rooms/create', () => {
  test('makes the room of an appointment, once', async () => {
    const appointmentId = `APPT-${randomUUID()}`;
    const made = {
      status: 200,
      body: { success: true, roomId: appointmentId, message: expect.any(String) },
    };
    expect(await create({ appointmentId, ...parties })).toEqual(made);
    expect(await create({ appointmentId, ...parties })).toEqual(made);
    expect(await look(appointmentId)).toEqual({
      status: 200,
      body: {
        success: true,
        room: { id: appointmentId, ...parties, participants: [], createdAt: isoTime },
      },
    });
  });

  test('makes up a room id without an appointment', async () => {
    const { body } = await create(parties);
    const { roomId } = body as { roomId: string };
    expect(body).toEqual({
      success: true,
      roomId: expect.any(String),
      message: expect.any(String),
    });
    expect(await look(roomId)).toMatchObject({ body: { room: { id: roomId, ...parties } } });
  });

  test.each([
    [{}],
    [{ doctorId: 'doc123' }],
    [{ ...parties, patientId: 7 }],
    [[]],
    ['text'],
    [null],
  ])('%j is refused', async (json) => {
    expect(await create(json)).toEqual({ ...gone, status: 400 });
  });
});

describe('healthconnect: GET /api/rooms/:roomId', () => {
  test('names who is in, on whichever node, and is gone when the room has emptied', async () => {
    const roomId = `APPT-${randomUUID()}`;
    await create({ appointmentId: roomId, ...parties });
    using ada = await join(roomId);
    expect(await look(roomId)).toMatchObject({
      body: {
        room: {
          participants: [
            {
              socketId: ada.id,
              userId: 'pat456',
              userType: 'patient',
              userName: 'Ada',
              joinedAt: isoTime,
            },
          ],
        },
      },
    });
    ada.emit('leave-room', { roomId });
    const emptied = { what: 'the emptied room to be gone' };
    const reply = await waitUntil(
      () => look(roomId),
      ({ status }) => status === 404,
      emptied,
    );
    expect(reply).toEqual(gone);
  });

  test('knows a room that a join has made, and none besides', async () => {
    const roomId = randomUUID();
    expect(await look(roomId)).toEqual(gone);
    using _ = await join(roomId);
    expect(await look(roomId)).toMatchObject({
      status: 200,
      body: { room: { id: roomId, doctorId: null, patientId: null } },
    });
  });
});

test('healthconnect: GET /health counts over all nodes', async () => {
  using _ = await join(randomUUID());
  using __ = await join(randomUUID());
  // Whoever was here before has gone, but maybe just now.
  const settled = { what: 'the two rooms to be all that there are' };
  const { status, body } = await waitUntil(
    () => callHttp(url('n2', '/health')),
    (reply) => (reply.body as { activeRooms: number }).activeRooms === 2,
    settled,
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'OK', activeRooms: 2, activeUsers: 2, timestamp: isoTime });
});
