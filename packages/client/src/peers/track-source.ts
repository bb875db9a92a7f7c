/** What a track shows or carries. A participant sends at most one track of each. */
export const trackSources = ['microphone', 'camera', 'screen'] as const;
export type TrackSource = (typeof trackSources)[number];

/**
 * What a client without this SDK is offered places for: it shows what comes last, whether or not
 * there is a picture in it, so that one for a screen has to wait for the screen.
 */
export const plainSources = ['microphone', 'camera'] as const satisfies readonly TrackSource[];

/** Which transceiver is for what, by its `mid` (RFC 8829, 5.2.1). */
export type SourcesByMid = ReadonlyMap<string, TrackSource>;

export const isTrackSource = (value: unknown): value is TrackSource =>
  trackSources.some((source) => source === value);

export const kindOf = (source: TrackSource): 'audio' | 'video' =>
  source === 'microphone' ? 'audio' : 'video';

/** What a track is taken for whose sender does not say: a client without this SDK. */
export const defaultSource = ({ kind }: MediaStreamTrack): TrackSource =>
  kind === 'audio' ? 'microphone' : 'camera';
