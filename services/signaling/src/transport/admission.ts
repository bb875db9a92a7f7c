import type { ClientDescription, Core, Session, SessionRequest } from '@switchboard/core';
import { PeerId, SignalingError } from '@switchboard/protocol';
import type { AuthenticateHandshake } from '../auth/handshake-authentication.ts';
import type { ConnectionLimits } from '../limits/connection-limits.ts';
import { createResumeToken, parseResumeToken } from './resume-token.ts';
import type { ClientSocket } from './socket-server.ts';
import type { Tongue } from './tongue.ts';

export type Admission =
  | { readonly kind: 'opened' | 'resumed'; readonly session: Session }
  /** Not to be decided now: the client is to come back. */
  | { readonly kind: 'later' };

export interface AdmissionDependencies {
  readonly core: Core;
  readonly authenticate: AuthenticateHandshake;
  readonly limits: ConnectionLimits;
}

/**
 * Gives a socket its session, before it is connected: the one that it had, if it has come back
 * and may have it, or else a new one. Nothing is touched before it is known who the client is.
 *
 * @throws SignalingError `unauthenticated`, `token_expired`; `session_forbidden` when the session
 * is somebody else's; `session_replaced` when its user has gone on with another one.
 */
export async function admit(
  { core, authenticate, limits }: AdmissionDependencies,
  socket: ClientSocket,
  tongue: Tongue,
): Promise<Admission> {
  const { graceMs, duplicates } = tongue;
  const { resume } = socket.data;
  try {
    const principal = await authenticate(socket.handshake);
    const client = describe(socket, tongue, limits.addressOf(socket.request));
    if (!resume) {
      const session = await open(core, socket, { principal, client, graceMs, duplicates });
      return { kind: 'opened', session };
    }
    const outcome = await core.resumeSession({ ...resume, principal, client, graceMs, duplicates });
    switch (outcome.kind) {
      case 'resumed':
        return outcome;
      case 'forbidden':
        throw new SignalingError('session_forbidden');
      case 'replaced':
        throw new SignalingError('session_replaced');
      case 'unknown':
        // It ended between the look and the claim: by now a look will say so.
        return { kind: 'later' };
    }
  } catch (error) {
    if (error instanceof SignalingError && error.code === 'unavailable') return { kind: 'later' };
    throw error;
  }
}

function open(
  core: Core,
  socket: ClientSocket,
  request: Omit<SessionRequest, 'peerId' | 'secretDigest'>,
): Promise<Session> {
  const peerId = PeerId.parse(socket.id);
  const token = createResumeToken(peerId);
  const secretDigest = parseResumeToken(token)?.secretDigest;
  if (!secretDigest) throw new Error('a resume token cannot be read');
  // Socket.IO hands out the token that it finds here when it answers the client.
  Object.assign(socket, { pid: token });
  return core.openSession({ ...request, peerId, secretDigest });
}

/** Bounded, because it is kept. */
const userAgentLength = 256;

function describe(
  { handshake: { headers } }: ClientSocket,
  { name: dialect }: Tongue,
  address: string,
): ClientDescription {
  const userAgent = headers['user-agent']?.slice(0, userAgentLength);
  return { dialect, address, connectedAt: Date.now(), ...(userAgent && { userAgent }) };
}
