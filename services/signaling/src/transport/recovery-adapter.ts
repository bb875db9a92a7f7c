import type { Session } from '@switchboard/core';
import { Adapter, type Session as RecoveredSession } from 'socket.io-adapter';
import { parseResumeToken, type ResumeToken } from './resume-token.ts';

/** What a recovered socket carries until its session has been resumed. */
export interface Recovery {
  /** `lastEpoch` as the offset says it: see `offsetOf`. */
  readonly resume?: ResumeToken & { readonly lastEpoch: number };
  /** What else the client has brought along; see `offsetOf`. */
  readonly recalled?: string;
}

/**
 * The last argument of a client's first event. Socket.IO's clients send their resume token only
 * when they have seen such an offset, and send the latest one with it. By it a node that cannot ask
 * anybody knows whether a client has been bound elsewhere since it was here.
 *
 * @param note for the client to bring along besides.
 */
export const offsetOf = ({ binding }: Session, note = ''): string =>
  note === '' ? `${binding.epoch}` : `${binding.epoch} ${note}`;

/** 0 for what is no offset of ours. */
const epochOf = (offset: unknown): number =>
  typeof offset === 'string' && isOffset.test(offset) ? Number.parseInt(offset, 10) : 0;

const noteOf = (offset: unknown): string =>
  typeof offset === 'string' && isOffset.test(offset) ? offset.replace(/^\d+ ?/, '') : '';

const isOffset = /^\d{1,15}(?: |$)/;

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
    override async restoreSession(pid: string, offset: string): Promise<RecoveredSession> {
      const resume = parseResumeToken(pid);
      // When nobody knows whether it could be resumed, the middleware sends the client back.
      const isPossible = resume !== null && (await isResumable(resume).catch(() => true));
      // Socket.IO takes a session that is not there for the wish to begin afresh.
      if (!isPossible) return null as unknown as RecoveredSession;
      const resumed = { ...resume, lastEpoch: epochOf(offset) };
      const data: Recovery = { resume: resumed, recalled: noteOf(offset) };
      return { sid: resume.peerId, pid, rooms: [], data, missedPackets: [] };
    }
  };
