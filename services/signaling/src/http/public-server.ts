import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyCors from '@fastify/cors';
import fastifyHelmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import { SignalingError } from '@switchboard/protocol';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify';
import type { Config } from '../config.ts';
import { trustedProxies } from '../limits/trusted-proxies.ts';
import { addDialectRoutes, type DialectRoutesOptions } from './dialect-routes.ts';
import { statusByCode } from './v1/http-errors.ts';
import { addV1Routes, type V1Dependencies } from './v1/routes.ts';

const pages = fileURLToPath(new URL('../../../web/dist', import.meta.url));

export interface PublicRoutes {
  readonly v1: V1Dependencies;
  readonly dialects: Omit<DialectRoutesOptions, 'hasPages'>;
}

/** What the world sees over HTTP: the pages, `/v1`, and the routes of the older protocols. */
export async function createPublicServer(
  config: Config,
  logger: FastifyBaseLogger,
  { v1, dialects }: PublicRoutes,
): Promise<FastifyInstance> {
  const app = Fastify({
    // URLs can carry tokens, so requests are not logged; failures are.
    logController: new LogController({ disableRequestLogging: true }),
    loggerInstance: logger.child({}, { level: 'warn' }),
    forceCloseConnections: true,
    frameworkErrors: (_error, _request, reply) => refuse(reply, 'invalid_argument'),
    trustProxy: trustedProxies(config.limits.trustedProxies),
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, 'not_found'));
  await app.register(fastifyHelmet, { contentSecurityPolicy: { directives: pagePolicy } });
  const anywhere = config.corsOrigins.includes('*');
  await app.register(fastifyCors, { origin: anywhere ? '*' : [...config.corsOrigins] });
  await app.register((scope) => addV1Routes(scope, v1), { prefix: '/v1' });
  const hasPages = existsSync(pages);
  if (hasPages) await app.register(fastifyStatic, { root: pages });
  else logger.warn('the pages are not built, so this node serves none');
  addDialectRoutes(app, { ...dialects, hasPages });
  return app;
}

/** What no route has to do with; Fastify's own words would repeat the URL, and its token. */
const refuse = (reply: FastifyReply, code: 'not_found' | 'invalid_argument'): FastifyReply =>
  reply.status(statusByCode[code]).send({ message: new SignalingError(code).message });

/** The page talks to its own node only, and shows pictures from the camera. */
const pagePolicy = {
  defaultSrc: ["'self'"],
  connectSrc: ["'self'", 'ws:', 'wss:'],
  mediaSrc: ["'self'", 'blob:'],
  // The page is also opened over plain http on localhost.
  upgradeInsecureRequests: null,
};
