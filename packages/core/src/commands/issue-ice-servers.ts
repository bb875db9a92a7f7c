import type { Handler } from './context.ts';

/** SPEC 15.1. */
export const issueIceServers: Handler<'ice:servers'> = ({ iceServers }, session, { reply }) => {
  const { principal, peerId: id } = session;
  const expiresAt = principal.kind === 'user' ? principal.expiresAt : null;
  reply(iceServers.issue({ id, expiresAt }));
};
