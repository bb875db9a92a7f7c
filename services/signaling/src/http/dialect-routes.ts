import {
  answerHealth,
  type Dialect,
  type DialectName,
  dialects,
  type HttpAnswer,
  type Route,
} from '@switchboard/dialects';
import { limits } from '@switchboard/protocol';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdmitRequest } from './admit-request.ts';
import { passCookie } from './pass-cookie.ts';
import { createRouteAccess, type RouteAccessOptions, type Visitor } from './route-access.ts';
import { createServerApi, type ServerApiDependencies } from './server-api.ts';
import { asRefusal, sendRefusal } from './v1/http-errors.ts';

/** Whoever watches over a node asks for it, however often others do. */
const healthPath = '/health';

export interface DialectRoutesOptions {
  readonly root: DialectName;
  readonly access: RouteAccessOptions;
  readonly api: ServerApiDependencies;
  readonly admit: AdmitRequest;
  /** Sends a page; without a built one there is none. */
  readonly hasPages: boolean;
}

/** The HTTP routes of all older protocols, at the root, and the `/health` that they share. */
export function addDialectRoutes(
  app: FastifyInstance,
  { root, access, api, admit, hasPages }: DialectRoutesOptions,
): void {
  const all = Object.values<Dialect>(dialects);
  const rootDialect = all.find(({ name }) => name === root) ?? dialects['room-server'];
  const letIn = createRouteAccess(access);
  const visitors = new WeakMap<FastifyRequest, Visitor>();
  const add = (dialect: Dialect, route: Route) => {
    app.route({
      method: route.method,
      url: route.path,
      bodyLimit: limits.commandBytes,
      errorHandler: (error: FastifyError, request, reply) => {
        const refusal = asRefusal(error, request);
        return sendRefusal(reply, refusal, dialect.refusal(refusal));
      },
      // Before the body is read: who may not use a route makes no work.
      onRequest: async (request) => {
        if (route.path !== healthPath) admit(request.raw);
        visitors.set(request, await letIn[route.access](request));
      },
      handler: async (request, reply) => {
        const { tenant, caller } = visitors.get(request) ?? (await letIn[route.access](request));
        const { params, query, body, headers, ip: address } = request;
        const asked = { caller, params, query, body, headers, address } as Parameters<
          Route['handle']
        >[0];
        return send(reply, await route.handle(asked, createServerApi(api, tenant)), request);
      },
    });
  };
  const send = (reply: FastifyReply, answer: HttpAnswer, { protocol }: FastifyRequest) => {
    // What it says is of this moment, and for whoever asked.
    reply.status(answer.status).headers({ 'cache-control': 'no-store', vary: 'accept' });
    if (!('page' in answer)) return reply.send(answer.body);
    if (!hasPages) return reply.status(503).send({ message: 'The page is not built.' });
    if (answer.pass) reply.header('set-cookie', passCookie(answer.pass, protocol === 'https'));
    return reply.sendFile(`${answer.page}.html`, { cacheControl: false });
  };
  for (const dialect of all) for (const route of dialect.routes) add(dialect, route);
  add(rootDialect, {
    method: 'GET',
    path: healthPath,
    access: 'public',
    handle: (_request, served) => answerHealth(served, { all, root: rootDialect }),
  });
}
