import type { Directory, IceServers } from '@switchboard/core';
import { parseInput, SignalingError } from '@switchboard/protocol';
import type { FastifyInstance } from 'fastify';
import type { TokenIssuer } from '../../auth/token-issuer.ts';
import type { AdmitRequest } from '../admit-request.ts';
import { type AccessDependencies, authorizeRoute, type Caller } from './access.ts';
import { callAdminRoutes } from './admin/calls.ts';
import { nodeAdminRoutes } from './admin/nodes.ts';
import { sessionAdminRoutes } from './admin/sessions.ts';
import { documentRoutes } from './documents.ts';
import { answerError } from './http-errors.ts';
import { iceRoutes } from './ice-servers.ts';
import { roomAdminRoutes, roomRoutes } from './rooms.ts';
import type { Route } from './route.ts';
import { tokenRoutes } from './tokens.ts';

export interface V1Dependencies extends AccessDependencies {
  readonly directory: Directory;
  readonly iceServers: IceServers;
  readonly admit: AdmitRequest;
  /** Null where no secret is configured to sign tokens with. */
  readonly tokenIssuer: TokenIssuer | null;
}

/** The canonical HTTP interface; what is not configured is not there. */
export async function addV1Routes(
  app: FastifyInstance,
  dependencies: V1Dependencies,
): Promise<void> {
  app.setErrorHandler(answerError);
  app.addHook('onRequest', async ({ raw }) => dependencies.admit(raw));
  // A route, and not a handler for what has none: the page has a route for everything.
  app.all('/*', () => {
    throw new SignalingError('not_found');
  });
  for (const route of routesOf(dependencies)) addRoute(app, dependencies, route);
}

/** SPEC 16: what operators see and do. */
const adminRoutes: readonly Route[] = [
  ...nodeAdminRoutes,
  ...roomAdminRoutes,
  ...sessionAdminRoutes,
  ...callAdminRoutes,
];

/** Every route that there is, with who may use it: what is not in this list is not served. */
export function routesOf({
  tokenIssuer,
  internalSecret,
  iceServers,
}: V1Dependencies): readonly Route[] {
  const issuing = tokenIssuer && internalSecret ? tokenRoutes(tokenIssuer) : [];
  const routes = [...issuing, ...roomRoutes, ...adminRoutes, ...iceRoutes(iceServers)];
  return [...routes, ...documentRoutes(routes)];
}

function addRoute(app: FastifyInstance, dependencies: V1Dependencies, route: Route): void {
  const { directory } = dependencies;
  const callers = new WeakMap<object, Caller>();
  app.route({
    method: route.method,
    url: route.path,
    ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
    // Before the body is read: who may not use the route makes no work.
    onRequest: async (request) => {
      callers.set(request, await authorizeRoute(dependencies, route.access, request));
    },
    handler: async (request, reply) => {
      const caller = callers.get(request);
      if (!caller) throw new Error('a request came by its authorization');
      const {
        status = 200,
        headers,
        body,
      } = await route.handle(
        { directory, caller },
        {
          params: route.params && parseInput(route.params, request.params),
          query: route.query && parseInput(route.query, request.query),
          body: route.body && parseInput(route.body, request.body),
        },
      );
      return reply
        .status(status)
        .headers(headers ?? {})
        .send(body);
    },
  });
}
