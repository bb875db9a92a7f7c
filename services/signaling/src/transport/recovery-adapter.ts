import { Adapter, type Session as RecoveredSession } from 'socket.io-adapter';
import { parseResumeToken, type ResumeToken } from './resume-token.ts';

/** What a recovered socket carries until its session has been resumed. */
export interface Recovery {
  readonly resume?: ResumeToken;
  /** What the client has brought along: the last argument of the last event that ended in a text. */
  readonly recalled?: string;
}

/**
 * Whether a resume could succeed; false makes the client begin afresh.
 *
 * @throws when that cannot be said now.
 */
export type IsResumable = (token: ResumeToken) => Promise<boolean>;

/**
 * Socket.IO's connection state recovery on our sessions. All it does here is to give a socket
 * the id that its client had before, which Socket.IO can only do at this moment; whether the
 * client may have the session is decided afterwards, in a middleware, when it is known who it is.
 */
export const createRecoveryAdapter = (isResumable: IsResumable): typeof Adapter =>
  class RecoveryAdapter extends Adapter {
    override async restoreSession(pid: string, recalled: string): Promise<RecoveredSession> {
      const resume = parseResumeToken(pid);
      // When nobody knows whether it could be resumed, the middleware sends the client back.
      const isPossible = resume !== null && (await isResumable(resume).catch(() => true));
      // Socket.IO takes a session that is not there for the wish to begin afresh.
      if (!isPossible) return null as unknown as RecoveredSession;
      const data: Recovery = { resume, recalled };
      return { sid: resume.peerId, pid, rooms: [], data, missedPackets: [] };
    }
  };
