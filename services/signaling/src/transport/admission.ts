import type { ClientDescription, Core, Principal, Session } from '@switchboard/core';
import { PeerId, SignalingError } from '@switchboard/protocol';
import type { AuthenticateHandshake } from '../auth/handshake-authentication.ts';
import { createResumeToken, parseResumeToken } from './resume-token.ts';
import type { CanonicalSocket } from './socket-server.ts';

/** How long an SDK client may be without a connection before its session ends. */
const graceMs = 20_000;

/** A user is in a room once, unless the room has it otherwise (SPEC 3.9). */
const duplicates = 'replace';

export type Admission =
  | { readonly kind: 'opened' | 'resumed'; readonly session: Session }
  /** Not to be decided now: the client is to come back. */
  | { readonly kind: 'later' };

export interface AdmissionDependencies {
  readonly core: Core;
  readonly authenticate: AuthenticateHandshake;
}

/**
 * Gives a socket its session, before it is connected: the one that it had, if it has come back
 * and may have it, or else a new one. Nothing is touched before it is known who the client is.
 *
 * @throws SignalingError `unauthenticated`, `token_expired`; `session_forbidden` when the session
 * is somebody else's; `session_replaced` when its user has gone on with another one.
 */
export async function admit(
  { core, authenticate }: AdmissionDependencies,
  socket: CanonicalSocket,
): Promise<Admission> {
  const { resume } = socket.data;
  try {
    const principal = await authenticate(socket.handshake);
    if (!resume) return { kind: 'opened', session: await open(core, socket, principal) };
    const client = describe(socket);
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

function open(core: Core, socket: CanonicalSocket, principal: Principal): Promise<Session> {
  const peerId = PeerId.parse(socket.id);
  const token = createResumeToken(peerId);
  const secretDigest = parseResumeToken(token)?.secretDigest;
  if (!secretDigest) throw new Error('a resume token cannot be read');
  // Socket.IO hands out the token that it finds here when it answers the client.
  Object.assign(socket, { pid: token });
  const client = describe(socket);
  return core.openSession({ peerId, principal, client, secretDigest, graceMs, duplicates });
}

/** Bounded, because it is kept. */
const userAgentLength = 256;

function describe({ handshake: { address, headers } }: CanonicalSocket): ClientDescription {
  const userAgent = headers['user-agent']?.slice(0, userAgentLength);
  return { dialect: 'v1', address, connectedAt: Date.now(), ...(userAgent && { userAgent }) };
}
