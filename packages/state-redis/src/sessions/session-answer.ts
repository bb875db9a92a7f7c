import type { EndingSession, SessionProfile } from '@switchboard/core';
import type { PeerId } from '@switchboard/protocol';
import { parseName } from '../keys.ts';

/** A session that is being ended comes up again if it is not settled within this time. */
export const settleWithinMs = 5_000;

export const parseProfile = (json: string): SessionProfile => JSON.parse(json);

/** Reads the answer of a script that begins the end of a session; null of one that did not. */
export function parseEnding(answer: unknown): EndingSession | null {
  if (!Array.isArray(answer) || answer.length === 0) return null;
  const [peerId, epoch, profile, rooms] = answer as [PeerId, number, string, string[]];
  return { peerId, epoch, profile: parseProfile(profile), rooms: rooms.map(parseName) };
}
