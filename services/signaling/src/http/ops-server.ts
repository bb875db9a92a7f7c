import Fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from '../observability/metrics/metrics.ts';

/**
 * What operators and load balancers see, on a port of its own that is never public.
 *
 * `/livez` says that the process answers, and nothing about Redis: restarting a node does not
 * bring a Redis back. `/readyz` says whether new clients should come here.
 */
export function createOpsServer(metrics: Metrics, isReady: () => boolean): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.get('/livez', () => ({ status: 'live' }));
  app.get('/readyz', async (_request, reply) => {
    const ready = isReady();
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  return app;
}
