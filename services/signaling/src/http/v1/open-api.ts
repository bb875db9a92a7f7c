import { errorTable } from '@switchboard/protocol';
import type { z } from 'zod';
import type { Access } from './access.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { Route } from './route.ts';

const secret = { internalSecret: [] };
const token = { token: [] };

const security: { readonly [A in Access]: readonly object[] } = {
  public: [],
  server: [secret],
  admin: [secret, token],
  operator: [secret, token],
  token: [secret, token],
  // In an open cluster nothing has to be shown.
  session: [secret, token, {}],
};

/** The routes as an OpenAPI document (3.1). */
export const openApi = (routes: readonly Route[]): Record<string, unknown> => ({
  openapi: '3.1.0',
  info: { title: 'Switchboard', version: '1' },
  servers: [{ url: '/v1' }],
  paths: pathsOf(routes),
  components: {
    securitySchemes: {
      internalSecret: { type: 'apiKey', in: 'header', name: 'X-Internal-Secret' },
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    },
    schemas: { Refusal: refusal },
  },
});

/** SPEC 2.2. */
const refusal = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'retryable'],
      properties: {
        code: { type: 'string', enum: Object.keys(errorTable) },
        message: { type: 'string' },
        retryable: { type: 'boolean' },
        path: { type: 'array', items: { type: ['string', 'integer'] } },
        retryAfterMs: { type: 'number' },
      },
    },
  },
};

function pathsOf(routes: readonly Route[]): Record<string, Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return paths;
}

function operationOf(route: Route): Record<string, unknown> {
  const answer = contentOf(jsonSchemaOf(route.answer, 'output'));
  const answers = route.statuses.map((status) => [status, { description: 'Done.', ...answer }]);
  return {
    operationId: route.id,
    summary: route.summary,
    security: security[route.access],
    parameters: [...parametersOf('path', route.params), ...parametersOf('query', route.query)],
    ...(route.body && {
      requestBody: { required: true, ...contentOf(jsonSchemaOf(route.body, 'input')) },
    }),
    responses: {
      ...Object.fromEntries(answers),
      default: {
        description: 'Refused.',
        ...contentOf({ $ref: '#/components/schemas/Refusal' }),
      },
    },
  };
}

const contentOf = (schema: object) => ({ content: { 'application/json': { schema } } });

function parametersOf(place: 'path' | 'query', schema: z.ZodType | null): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input') as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, described]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: described,
  }));
}
