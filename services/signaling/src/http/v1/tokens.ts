import { IssuedToken, limits, TokenRequest } from '@switchboard/protocol';
import type { TokenIssuer } from '../../auth/token-issuer.ts';
import { defineRoute, type Route } from './route.ts';

/** As much as a request can have: all patterns in full, and the rest. */
const bodyLimit = limits.grantedRooms * limits.roomIdLength * 4 + 4_096;

/** SPEC 7.9: `POST /v1/tokens`, for servers of the application. */
export const tokenRoutes = (issuer: Pick<TokenIssuer, 'issue'>): readonly Route[] => [
  defineRoute({
    id: 'issueToken',
    method: 'POST',
    path: '/tokens',
    access: 'server',
    summary: 'Issues a token to a server of the application.',
    params: null,
    query: null,
    body: TokenRequest,
    answer: IssuedToken,
    statuses: [200],
    bodyLimit,
    handle: async (_, { body }) => ({
      body: await issuer.issue(body),
      headers: { 'cache-control': 'no-store' },
    }),
  }),
];
