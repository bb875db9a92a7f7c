import { z } from 'zod';
import { asyncApi } from './async-api.ts';
import { openApi } from './open-api.ts';
import { defineRoute, type Route } from './route.ts';

const Document = z.record(z.string(), z.unknown());

/** What describes the protocol to machines, made of the very schemas that run. */
export function documentRoutes(described: readonly Route[]): readonly Route[] {
  const events = asyncApi();
  const routes: Route[] = [
    document('asyncapi', 'The commands and events of the protocol, as AsyncAPI.', () => events),
    document('openapi', 'The routes under /v1, as OpenAPI.', () => description),
  ];
  const description = openApi([...described, ...routes]);
  return routes;
}

const document = (name: string, summary: string, read: () => Record<string, unknown>): Route =>
  defineRoute({
    id: name,
    method: 'GET',
    path: `/${name}.json`,
    access: 'public',
    summary,
    params: null,
    query: null,
    body: null,
    answer: Document,
    statuses: [200],
    handle: () => ({ body: read() }),
  });
