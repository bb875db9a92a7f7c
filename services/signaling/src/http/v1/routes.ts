import { SignalingError } from '@switchboard/protocol';
import type { FastifyInstance } from 'fastify';
import type { TokenIssuer } from '../../auth/token-issuer.ts';
import { answerError } from './http-errors.ts';
import { addTokenRoutes } from './tokens.ts';

export interface V1Dependencies {
  /** Null where no secret is configured to sign tokens with. */
  readonly tokenIssuer: TokenIssuer | null;
  /** Null where no server of the application is known. */
  readonly internalSecret: string | null;
}

/** The canonical HTTP interface; what is not configured is not there. */
export async function addV1Routes(
  app: FastifyInstance,
  { tokenIssuer, internalSecret }: V1Dependencies,
): Promise<void> {
  app.setErrorHandler(answerError);
  // A route, and not a handler for what has none: the page has a route for everything.
  app.all('/*', () => {
    throw new SignalingError('not_found');
  });
  if (tokenIssuer && internalSecret) addTokenRoutes(app, { issuer: tokenIssuer, internalSecret });
}
