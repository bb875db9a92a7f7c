import { commands, events } from '@switchboard/protocol';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { answerWhoIsLetIn } from '../../../test/let-in.ts';
import { v1Over } from '../../../test/v1.ts';
import type { Access } from './access.ts';
import { asyncApi } from './async-api.ts';
import { addV1Routes, routesOf } from './routes.ts';

/** SPEC 10.9: who may use each route. A route that is missing here, or there, fails the test. */
const table: Readonly<Record<string, Access>> = {
  'POST /v1/tokens': 'server',
  'POST /v1/rooms': 'admin',
  'GET /v1/rooms': 'admin',
  'GET /v1/rooms/:roomId': 'token',
  'POST /v1/rooms/:roomId/end': 'admin',
  'GET /v1/appointments/:appointmentId': 'token',
  'GET /v1/admin/nodes': 'operator',
  'POST /v1/admin/nodes/:nodeId/drain': 'operator',
  'GET /v1/admin/rooms': 'admin',
  'POST /v1/admin/rooms/:roomId/end': 'admin',
  'GET /v1/admin/sessions': 'admin',
  'POST /v1/admin/sessions/:peerId/disconnect': 'admin',
  'GET /v1/admin/calls': 'admin',
  'POST /v1/admin/calls/:callId/end': 'admin',
  'GET /v1/ice-servers': 'session',
  'GET /v1/asyncapi.json': 'public',
  'GET /v1/openapi.json': 'public',
};

test('SPEC 10.9: every route that is served has a row, and every row is served', async () => {
  const { dependencies } = v1Over();
  const served: string[] = [];
  const app = Fastify();
  app.addHook('onRoute', ({ method, url }) => {
    const isFallback = url === '/v1/*' || method === 'HEAD';
    if (!isFallback) served.push(`${method} ${url}`);
  });
  await app.register((scope) => addV1Routes(scope, dependencies), { prefix: '/v1' });
  await app.close();
  expect(served.toSorted()).toEqual(Object.keys(table).toSorted());
  const access = routesOf(dependencies).map((route) => [
    `${route.method} /v1${route.path}`,
    route.access,
  ]);
  expect(Object.fromEntries(access)).toEqual(table);
});

const callers = [
  'nobody',
  'server',
  'a wrong secret',
  'admin',
  'admin elsewhere',
  'somebody',
  'a bad token',
] as const;

/** Which of them get past the authorization of a route (204), and what the others are told. */
const expected: { readonly [A in Access]: readonly number[] } = {
  public: [204, 204, 204, 204, 204, 204, 204],
  server: [401, 204, 401, 401, 401, 401, 401],
  admin: [401, 204, 401, 204, 204, 403, 401],
  operator: [401, 204, 401, 204, 403, 403, 401],
  token: [401, 204, 401, 204, 204, 204, 401],
  session: [401, 204, 401, 204, 204, 204, 401],
};

test.each(Object.entries(table))('SPEC 10.9: %s is for %s', async (route, access) => {
  const [method, path = ''] = route.split(' ');
  const { app, headersOf } = v1Over();
  answerWhoIsLetIn(app);
  const url = path.replace(/:\w+/, 'nowhere');
  const statuses: number[] = [];
  for (const caller of callers) {
    const headers = headersOf[caller];
    const { statusCode } = await app.inject({ method: method as 'GET' | 'POST', url, headers });
    statuses.push(statusCode);
  }
  expect(statuses).toEqual(expected[access]);
  await app.close();
});

test('the description of the routes names each of them, and what it takes and answers', async () => {
  const { app } = v1Over();
  const document = (await app.inject('/v1/openapi.json')).json();
  expect(document.openapi).toBe('3.1.0');
  const described = Object.entries<Record<string, Described>>(document.paths).flatMap(
    ([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  );
  const names = described.map(
    ({ path, method }) => `${method.toUpperCase()} /v1${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
  );
  expect(names.toSorted()).toEqual(Object.keys(table).toSorted());
  for (const { path, method, operation } of described) {
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath).toHaveLength(path.includes('{') ? 1 : 0);
    expect(operation.responses).toHaveProperty('default');
    expect(Object.keys(operation.responses).length).toBeGreaterThan(1);
    const takesBody = method === 'post' && !path.includes('{');
    expect(operation.requestBody !== undefined).toBe(takesBody);
  }
  const prepare = document.paths['/rooms'].post;
  const { schema } = prepare.requestBody.content['application/json'];
  expect(schema.properties).toMatchObject({
    roomId: { maxLength: 128 },
    entitled: { maxItems: 50 },
  });
  expect(schema.additionalProperties).toBe(false);
  await app.close();
});

interface Described {
  readonly parameters: readonly { readonly in: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

test('the description of the protocol names each command, its answer, and each event', async () => {
  const document = asyncApi() as { components: { messages: Record<string, { name: string }> } };
  const { messages } = document.components;
  const named = (kind: string) =>
    Object.entries(messages)
      .filter(([key]) => key.startsWith(`${kind}.`))
      .map(([, { name }]) => name);
  expect(named('command').toSorted()).toEqual(Object.keys(commands).toSorted());
  expect(named('answer').toSorted()).toEqual(Object.keys(commands).toSorted());
  expect(named('event').toSorted()).toEqual(Object.keys(events).toSorted());
  // No reference leads nowhere.
  const text = JSON.stringify(document);
  for (const [, key] of text.matchAll(/"#\/components\/messages\/([^"]+)"/g)) {
    expect(messages).toHaveProperty([key as string]);
  }
  for (const key of Object.keys(messages)) expect(key).toMatch(/^[\w.-]+$/);
});
