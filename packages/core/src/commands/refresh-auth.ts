import { SignalingError } from '@switchboard/protocol';
import { ownerOf } from '../principal.ts';
import type { Handler } from './context.ts';

/** SPEC 7.8. */
export const refreshAuth: Handler<'auth:refresh'> = async (context, session, { input, reply }) => {
  const principal = await context.authenticator.authenticate(input.token);
  if (ownerOf(principal) !== ownerOf(session.principal)) {
    throw new SignalingError('forbidden', { message: 'The token is of another user.' });
  }
  session.prolong(principal);
  const { expiresAt } = principal;
  reply(expiresAt === null ? {} : { expiresAt });
};
