import type { Core, Principal, Session } from '@switchboard/core';
import { defaultTenant, PeerId, SignalingError } from '@switchboard/protocol';
import { createResumeToken, parseResumeToken } from './resume-token.ts';
import type { CanonicalSocket } from './socket-server.ts';

/** How long an SDK client may be without a connection before its session ends. */
const graceMs = 20_000;

export type Admission =
  | { readonly kind: 'opened' | 'resumed'; readonly session: Session }
  /** Not to be decided now: the client is to come back. */
  | { readonly kind: 'later' };

/**
 * Gives a socket its session, before it is connected: the one that it had, if it has come back
 * and may have it, or else a new one.
 *
 * @throws SignalingError `session_forbidden` when the session is somebody else's.
 */
export async function admit(core: Core, socket: CanonicalSocket): Promise<Admission> {
  const principal: Principal = { tenant: defaultTenant };
  const { resume } = socket.data;
  if (!resume) return { kind: 'opened', session: await open(core, socket, principal) };
  try {
    const outcome = await core.resumeSession({ ...resume, principal, graceMs });
    if (outcome.kind === 'resumed') return outcome;
    if (outcome.kind === 'forbidden') throw new SignalingError('session_forbidden');
    // It ended between the look and the claim: by now a look will say so.
    return { kind: 'later' };
  } catch (error) {
    if (error instanceof SignalingError && error.code === 'unavailable') return { kind: 'later' };
    throw error;
  }
}

function open(core: Core, socket: CanonicalSocket, principal: Principal): Promise<Session> {
  const peerId = PeerId.parse(socket.id);
  const token = createResumeToken(peerId);
  const secretDigest = parseResumeToken(token)?.secretDigest;
  if (!secretDigest) throw new Error('a resume token cannot be read');
  // Socket.IO hands out the token that it finds here when it answers the client.
  Object.assign(socket, { pid: token });
  return core.openSession({ peerId, principal, secretDigest, graceMs });
}
