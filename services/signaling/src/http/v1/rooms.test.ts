import { describe, expect, test } from 'vitest';
import { v1Over } from '../../../test/v1.ts';

const visit = {
  appointmentId: 'visit 17',
  entitled: [
    { userId: 'ada', role: 'practitioner' },
    { userId: 'bob', role: 'patient' },
  ],
  requiredRoles: ['practitioner', 'patient'],
  screenRoles: ['practitioner'],
  data: { scheduledFor: '2030-01-01' },
};

type Caller = keyof ReturnType<typeof v1Over>['headersOf'];

function start() {
  const { app, headersOf } = v1Over();
  const ask = async (method: 'GET' | 'POST', url: string, caller: Caller, payload?: object) => {
    const request = { method, url: `/v1${url}`, headers: headersOf[caller] };
    const response = await app.inject({ ...request, ...(payload && { payload }) });
    return { status: response.statusCode, body: response.json() };
  };
  return { ask, [Symbol.asyncDispose]: () => app.close() };
}

describe('POST /v1/rooms', () => {
  test('SPEC 10.2, 10.9: makes the room of an appointment once', async () => {
    await using v1 = start();
    const made = await v1.ask('POST', '/rooms', 'server', visit);
    expect(made).toMatchObject({
      status: 201,
      body: { ...visit, status: 'waiting', capacity: 10, duplicates: 'replace', participants: [] },
    });
    const again = await v1.ask('POST', '/rooms', 'admin', { ...visit, data: null });
    expect(again).toEqual({ status: 200, body: made.body });
    const url = '/appointments/visit%2017';
    expect(await v1.ask('GET', url, 'server')).toEqual({ status: 200, body: made.body });
    const read = await v1.ask('GET', `/rooms/${made.body.roomId}`, 'server');
    expect(read).toEqual({ status: 200, body: made.body });
  });

  test('SPEC 10.2: a room is not given to a second appointment', async () => {
    await using v1 = start();
    await v1.ask('POST', '/rooms', 'server', { ...visit, roomId: 'first' });
    const second = { roomId: 'first', appointmentId: 'another' };
    expect(await v1.ask('POST', '/rooms', 'server', second)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_argument', path: ['roomId'] } },
    });
    // The other appointment can have another room.
    const other = { ...second, roomId: 'second' };
    expect(await v1.ask('POST', '/rooms', 'server', other)).toMatchObject({
      status: 201,
      body: { roomId: 'second' },
    });
  });

  test.each([
    ['a user twice', { entitled: [visit.entitled[0], visit.entitled[0]] }, 'entitled'],
    ['data that is a list', { data: [] }, 'data'],
    ['data of more than fits', { data: { text: 'x'.repeat(4_096) } }, 'data'],
    ['an empty role', { requiredRoles: [''] }, 'requiredRoles'],
    ['keeping it for ever', { keepMs: 1e12 }, 'keepMs'],
    ['a field too many', { owner: 'eve' }, 'owner'],
  ])('SPEC 10.1: %s is refused, with the path', async (_, body, field) => {
    await using v1 = start();
    const { status, body: refused } = await v1.ask('POST', '/rooms', 'server', body);
    expect([status, refused.error.path[0]]).toEqual([400, field]);
  });
});

describe('SPEC 10.9: a record is read', () => {
  test('by those whom the room names, and by no other token', async () => {
    await using v1 = start();
    const { body } = await v1.ask('POST', '/rooms', 'server', visit);
    for (const url of [`/rooms/${body.roomId}`, '/appointments/visit%2017']) {
      expect(await v1.ask('GET', url, 'ada')).toEqual({ status: 200, body });
      expect((await v1.ask('GET', url, 'somebody')).status).toBe(403);
    }
    // Who may not read learns nothing of what there is.
    expect((await v1.ask('GET', '/rooms/nowhere', 'somebody')).status).toBe(403);
    expect((await v1.ask('GET', '/rooms/nowhere', 'admin')).status).toBe(404);
    expect((await v1.ask('GET', '/appointments/none', 'server')).status).toBe(404);
  });

  test('within its tenant', async () => {
    await using v1 = start();
    const { body } = await v1.ask('POST', '/rooms', 'server', visit);
    const url = `/rooms/${body.roomId}`;
    expect((await v1.ask('GET', url, 'admin elsewhere')).status).toBe(404);
    expect((await v1.ask('GET', `${url}?tenant=default`, 'admin elsewhere')).status).toBe(403);
    expect((await v1.ask('GET', `${url}?tenant=other`, 'server')).status).toBe(404);
    const theirs = { tenant: 'default', roomId: 'x' };
    expect((await v1.ask('POST', '/rooms', 'admin elsewhere', theirs)).status).toBe(403);
  });
});

test('SPEC 10.6: a server ends a room, and may say so again', async () => {
  await using v1 = start();
  const { body } = await v1.ask('POST', '/rooms', 'server', visit);
  const url = `/rooms/${body.roomId}/end`;
  const ended = await v1.ask('POST', url, 'server');
  expect(ended).toMatchObject({ status: 200, body: { status: 'ended' } });
  expect(ended.body.endedAt).toBeGreaterThanOrEqual(body.createdAt);
  expect(await v1.ask('POST', url, 'admin')).toEqual(ended);
  expect((await v1.ask('POST', '/rooms/nowhere/end', 'server')).status).toBe(404);
});

test('SPEC 10.8: lists are paged, and show empty rooms unless they are not wanted', async () => {
  await using v1 = start();
  for (const roomId of ['a', 'b', 'c']) await v1.ask('POST', '/rooms', 'server', { roomId });
  const first = await v1.ask('GET', '/rooms?limit=2', 'server');
  expect(first.body.rooms).toMatchObject([{ roomId: 'a' }, { roomId: 'b' }]);
  const cursor = encodeURIComponent(first.body.cursor);
  const second = await v1.ask('GET', `/rooms?limit=2&cursor=${cursor}`, 'server');
  expect(second.body).toMatchObject({ rooms: [{ roomId: 'c' }] });
  expect(second.body).not.toHaveProperty('cursor');
  expect((await v1.ask('GET', '/rooms?occupied=true', 'admin')).body).toEqual({ rooms: [] });
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'occupied=maybe', 'no=1']) {
    expect((await v1.ask('GET', `/rooms?${query}`, 'server')).status).toBe(400);
  }
});
