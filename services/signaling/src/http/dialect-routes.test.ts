import { type Access, dialectNames, dialects } from '@switchboard/dialects';
import { defaultTenant, Grants, SignalingError, UserId } from '@switchboard/protocol';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { answerWhoIsLetIn } from '../../test/let-in.ts';
import { createHandshakeAuthentication } from '../auth/handshake-authentication.ts';
import { addDialectRoutes } from './dialect-routes.ts';

/** Who may use each route. A route that is missing here, or there, fails the test. */
const table: Readonly<Record<string, Access>> = {
  'GET /health': 'public',
  'POST /api/rooms/create': 'client',
  'GET /api/rooms/:roomId': 'client',
  'GET /': 'public',
  'GET /rooms': 'operator',
  'GET /connections': 'operator',
  'GET /stats': 'operator',
  'GET /example-client-rooms.html': 'public',
  'GET /video-call/room/appointment/:appointmentId': 'token',
  'POST /video-call/room/appointment/:appointmentId/create': 'token',
  'POST /login': 'public',
  'POST /api/create-call': 'client',
  'GET /api/calls': 'operator',
  'GET /api/experts': 'client',
  'GET /api/users/status': 'client',
  'POST /sessions': 'internal',
  'POST /sessions/:sessionId/join': 'internal',
  'GET /join/:sessionId': 'public',
};

const internalSecret = 'a secret of more than 32 bytes, for tests';

const callers = {
  nobody: {},
  server: { 'x-internal-secret': internalSecret },
  'a wrong secret': { 'x-internal-secret': 'x'.repeat(internalSecret.length) },
  admin: { authorization: 'Bearer admin' },
  somebody: { authorization: 'Bearer somebody' },
  'a bad token': { authorization: 'Bearer bad' },
  'a cookie': { cookie: 'switchboard_token=admin' },
};

type Kind = 'required' | 'open' | 'development';

/** Which of them are let in (204), and what the others are told. */
const expected: { readonly [A in Access]: { readonly [K in Kind]: readonly number[] } } = {
  public: same([204, 204, 204, 204, 204, 204, 204]),
  client: {
    required: [401, 204, 401, 204, 204, 401, 401],
    open: [204, 204, 204, 204, 204, 401, 204],
    development: [204, 204, 204, 204, 204, 401, 204],
  },
  token: same([401, 204, 401, 204, 204, 401, 401]),
  operator: {
    required: [401, 204, 401, 204, 403, 401, 401],
    open: [401, 204, 401, 204, 403, 401, 401],
    development: [204, 204, 204, 204, 204, 204, 204],
  },
  internal: same([401, 204, 401, 401, 401, 401, 401]),
};

function same(statuses: readonly number[]) {
  return { required: statuses, open: statuses, development: statuses };
}

function served(kind: Kind) {
  const app = Fastify();
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    if (method !== 'HEAD') routes.push(`${method} ${url}`);
  });
  answerWhoIsLetIn(app);
  const authenticate = createHandshakeAuthentication({
    mode: kind === 'required' ? 'required' : 'open',
    authenticator: {
      authenticate: async (token) => {
        if (token !== 'admin' && token !== 'somebody') throw new SignalingError('unauthenticated');
        const grants = Grants.parse({ admin: token === 'admin' });
        const who = { userId: UserId.parse(token), name: null, role: null, expiresAt: null };
        return { kind: 'user', tenant: defaultTenant, ...who, grants };
      },
    },
    trustedOrigins: [],
  });
  addDialectRoutes(app, {
    root: 'room-server',
    admit: () => {},
    access: { authenticate, internalSecret, isDevelopment: kind === 'development' },
    // No route is reached.
    api: {} as never,
    hasPages: false,
  });
  return { app, routes };
}

test('every route of every dialect has a row, and every row is served', async () => {
  const { app, routes } = served('required');
  await app.ready();
  expect(routes.toSorted()).toEqual(Object.keys(table).toSorted());
  const access = dialectNames.flatMap((name) =>
    dialects[name].routes.map((route) => [`${route.method} ${route.path}`, route.access]),
  );
  expect({ 'GET /health': 'public', ...Object.fromEntries(access) }).toEqual(table);
  await app.close();
});

const cases = Object.entries(table).flatMap(([route, access]) =>
  (['required', 'open', 'development'] as const).map((kind) => ({ route, access, kind })),
);

test.each(cases)('$route is for $access, $kind', async ({ route, access, kind }) => {
  const [method, path = ''] = route.split(' ');
  const { app } = served(kind);
  const url = path.replace(/:\w+/, 'nowhere');
  const statuses: number[] = [];
  for (const headers of Object.values(callers)) {
    const { statusCode } = await app.inject({ method: method as 'GET' | 'POST', url, headers });
    statuses.push(statusCode);
  }
  expect(statuses).toEqual(expected[access][kind]);
  await app.close();
});
