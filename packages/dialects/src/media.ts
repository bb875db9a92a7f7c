import type { MediaState } from '@switchboard/protocol';

/**
 * What a client of an older protocol sends when it comes into a room. Most have no word for it:
 * they come with camera and microphone on, and say when they switch one off.
 */
export const comingWith: MediaState = Object.freeze({
  camera: true,
  microphone: true,
  screen: false,
});
