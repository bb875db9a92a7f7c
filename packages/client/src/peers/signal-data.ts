import type { JsonValue } from '@switchboard/protocol';
import { isTrackSource, type SourcesByMid, type TrackSource } from './track-source.ts';

/**
 * A session description as it travels: RTCSessionDescriptionInit with one member more, which
 * WebRTC implementations pass over. The streams' own ids cannot say what is a camera and what a
 * screen, because browsers choose them.
 */
export interface DescriptionData {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
  readonly sources: SourcesByMid;
}

export const encodeDescription = ({ type, sdp, sources }: DescriptionData): JsonValue => ({
  type,
  sdp,
  sources: Object.fromEntries(sources),
});

/** @returns null when another client has sent something else. */
export function decodeDescription(data: JsonValue): DescriptionData | null {
  if (!isObject(data)) return null;
  const { type, sdp, sources } = data;
  if ((type !== 'offer' && type !== 'answer') || typeof sdp !== 'string') return null;
  return { type, sdp, sources: decodeSources(sources) };
}

/** Null is the end of candidates. */
export function encodeCandidate(candidate: RTCIceCandidateInit | null): JsonValue {
  if (!candidate) return null;
  return {
    candidate: candidate.candidate ?? '',
    sdpMid: candidate.sdpMid ?? null,
    sdpMLineIndex: candidate.sdpMLineIndex ?? null,
    usernameFragment: candidate.usernameFragment ?? null,
  };
}

/** @returns undefined when another client has sent something else. */
export function decodeCandidate(data: JsonValue): RTCIceCandidateInit | null | undefined {
  if (data === null) return null;
  if (!isObject(data) || typeof data['candidate'] !== 'string') return undefined;
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = data;
  return {
    candidate,
    sdpMid: typeof sdpMid === 'string' ? sdpMid : null,
    sdpMLineIndex: typeof sdpMLineIndex === 'number' ? sdpMLineIndex : null,
    usernameFragment: typeof usernameFragment === 'string' ? usernameFragment : null,
  };
}

function decodeSources(value: JsonValue | undefined): SourcesByMid {
  if (value === undefined || !isObject(value)) return new Map();
  const known = Object.entries(value).filter((entry): entry is [string, TrackSource] =>
    isTrackSource(entry[1]),
  );
  return new Map(known);
}

const isObject = (value: JsonValue): value is { [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
