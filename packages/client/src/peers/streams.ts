import type { TrackSource } from './track-source.ts';

/** What somebody sends: a person's picture and voice, kept in step, and a screen by itself. */
export interface Streams {
  readonly user: MediaStream;
  readonly screen: MediaStream;
}

export const streamOf = (streams: Streams, source: TrackSource): MediaStream =>
  source === 'screen' ? streams.screen : streams.user;
