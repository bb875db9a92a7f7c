import { createHash, randomBytes } from 'node:crypto';
import { PeerId } from '@switchboard/protocol';

/**
 * By what a client resumes its session: `<peer id>.<secret>`, 128 random bits. Socket.IO calls it
 * `pid`, hands it out with the connection, and its clients send it back when they reconnect.
 */
export interface ResumeToken {
  readonly peerId: PeerId;
  /** What is stored and compared instead of the secret. */
  readonly secretDigest: string;
}

/** A new token for a session, as the client gets it. */
export const createResumeToken = (peerId: PeerId): string =>
  `${peerId}.${randomBytes(16).toString('base64url')}`;

/** @returns null for what is no token of ours. */
export function parseResumeToken(token: string): ResumeToken | null {
  const [id, secret, ...rest] = token.split('.');
  const peerId = PeerId.safeParse(id);
  if (!peerId.success || !secret || rest.length > 0) return null;
  const secretDigest = createHash('sha256').update(secret).digest('base64url');
  return { peerId: peerId.data, secretDigest };
}
