import {
  type IssuedToken,
  limits,
  parseInput,
  SignalingError,
  TokenRequest,
} from '@switchboard/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isSameSecret } from '../../auth/same-secret.ts';
import type { TokenIssuer } from '../../auth/token-issuer.ts';

export interface TokenRoutes {
  readonly issuer: TokenIssuer;
  readonly internalSecret: string;
}

/** As much as a request can have: all patterns in full, and the rest. */
const bodyLimit = limits.grantedRooms * limits.roomIdLength * 4 + 4_096;

/** SPEC 7.9: `POST /v1/tokens`, for servers of the application. */
export function addTokenRoutes(
  app: FastifyInstance,
  { issuer, internalSecret }: TokenRoutes,
): void {
  const checkSecret = async (request: FastifyRequest) => {
    const given = request.headers['x-internal-secret'];
    if (typeof given !== 'string' || !isSameSecret(given, internalSecret)) {
      throw new SignalingError('unauthenticated', {
        message: 'This takes the internal secret, in the header X-Internal-Secret.',
      });
    }
  };
  // Before the body is read: who does not know the secret makes no work.
  app.post('/tokens', { onRequest: checkSecret, bodyLimit }, async (request, reply) => {
    const issued: IssuedToken = await issuer.issue(parseInput(TokenRequest, request.body));
    return reply.header('cache-control', 'no-store').send(issued);
  });
}
