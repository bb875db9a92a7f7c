import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Login } from '../../conformance/users-file.ts';
import type { Marks } from './marks.ts';
import type { WatchedNodes } from './watched-nodes.ts';

interface Asking {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; anything but a text as JSON. */
  readonly body?: unknown;
  readonly status: number;
}

/** The HTTP routes of the older protocols, with something to hide in each, let in and refused. */
export async function goThroughRoutes(
  nodes: WatchedNodes,
  { marks, technician }: { marks: Marks; technician: Login },
): Promise<void> {
  const { internalSecret, urls, refused } = nodes;
  const secret = marks.of('wrong secret of a request');
  const person = (who: string) => ({
    id: marks.of(who),
    firstName: marks.of(`first name of ${who}`),
    lastName: marks.of(`last name of ${who}`),
  });
  const appointment = { practitioner: person('practitioner'), patient: person('patient') };
  const session = { appointmentId: marks.of('appointment'), doctorId: 'd', patientId: 'p' };
  const room = `/video-call/room/appointment/${marks.of('appointment')}`;
  const server = { 'x-internal-secret': internalSecret };
  const asServer = { headers: server };
  const stranger = { authorization: `Bearer ${secret}` };
  const { username, password } = technician;
  const ask = async ({ path, method, headers, body, status }: Asking): Promise<string> => {
    const isText = typeof body === 'string';
    const response = await fetch(`${urls[0]}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    expect([path.split('?')[0], response.status, text]).toEqual([path.split('?')[0], status, text]);
    if (status >= 400) refused.push(text);
    return text;
  };

  const { token } = JSON.parse(
    await ask({ path: '/login', body: { username, password }, status: 200 }),
  ) as { token: string };
  marks.addToken('a login', token);
  const asTechnician = { authorization: `Bearer ${token}` };
  const guess = marks.of('guessed password');
  const calling = { path: '/api/create-call', body: { userId: username } };
  const asked: readonly Asking[] = [
    { path: '/login', body: { username, password: guess }, status: 401 },
    { path: '/login', body: { username: guess, password: { guess } }, status: 400 },
    { path: '/login', body: `{"password": ${guess}`, status: 400 },
    { ...calling, headers: asTechnician, status: 200 },
    { ...calling, headers: stranger, status: 401 },
    { ...calling, body: { userId: guess }, headers: asTechnician, status: 403 },
    { path: '/api/experts', headers: asTechnician, status: 200 },
    { path: `/api/users/status?token=${secret}`, status: 401 },
    { ...asServer, path: `${room}/create`, body: appointment, status: 201 },
    { ...asServer, path: `${room}2/create`, body: { patient: guess }, status: 400 },
    { ...asServer, path: room, status: 200 },
    { path: room, headers: stranger, status: 401 },
    { path: room, headers: asTechnician, status: 403 },
    { path: '/sessions', headers: { 'x-internal-secret': secret }, body: session, status: 401 },
    { ...asServer, path: '/sessions', body: session, status: 200 },
    { ...asServer, path: '/sessions', body: { ...session, doctorId: [guess] }, status: 400 },
    { path: `/join/${marks.of('session')}?token=${secret}`, status: 401 },
    { path: `/join/${marks.of('session')}?token=${token}`, status: 404 },
    { ...asServer, path: `/rooms?cursor=${secret}`, status: 400 },
    { path: `/rooms?token=${secret}&limit=${guess}`, headers: asServer.headers, status: 400 },
    { ...asServer, path: `/api/rooms/${marks.of('room')}`, status: 404 },
    { path: `/${marks.of('path')}?token=${token}&name=${secret}`, status: 404 },
    { path: `/%zz${secret}?token=${token}`, status: 400 },
    { path: `/api/rooms/${randomUUID()}?%${secret}`, headers: stranger, status: 401 },
  ];
  for (const each of asked) await ask(each);
}
