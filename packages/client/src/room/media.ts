import type { MediaState } from '@switchboard/protocol';

/** Nothing is sent until a participant says so. */
export const silentMedia: MediaState = { camera: false, microphone: false, screen: false };

export const isSameMedia = (a: MediaState, b: MediaState): boolean =>
  a.camera === b.camera && a.microphone === b.microphone && a.screen === b.screen;
