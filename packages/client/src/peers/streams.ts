import type { TrackSource } from './track-source.ts';

/**
 * Under what a participant's tracks are announced to the other side, which keeps the tracks of one
 * stream in step: a person's picture and voice, and a screen by itself.
 */
export interface LocalStreams {
  readonly user: MediaStream;
  readonly screen: MediaStream;
}

export const streamOf = (streams: LocalStreams, source: TrackSource): MediaStream =>
  source === 'screen' ? streams.screen : streams.user;

/**
 * What is received of a participant, each source in a stream of its own: an element that is given a
 * voice together with a camera that is off waits for the first frame, and is silent until then.
 */
export type RemoteStreams = { readonly [source in TrackSource]: MediaStream };
