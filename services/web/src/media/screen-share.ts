import { problemOf } from './device-problem.ts';

/** The user's screen, or a window of it. */
export class ScreenShare {
  readonly #onChange: () => void;
  #track: MediaStreamTrack | null = null;
  #isAsking = false;

  /** @param onChange is called when sharing has begun or ended, for whatever reason. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Phones have no way to share their screen from a page. */
  static get isSupported(): boolean {
    return Boolean(navigator.mediaDevices && 'getDisplayMedia' in navigator.mediaDevices);
  }

  get track(): MediaStreamTrack | null {
    return this.#track;
  }

  /**
   * Begins or ends sharing.
   *
   * @returns false when it could not begin, for a reason other than the user's own.
   */
  async toggle(): Promise<boolean> {
    if (this.#track) {
      this.stop();
      return true;
    }
    if (this.#isAsking) return true;
    this.#isAsking = true;
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false });
      this.#begin(stream.getVideoTracks()[0] ?? null);
      return true;
    } catch (error) {
      // Closing the browser's dialog is how one changes one's mind.
      return problemOf(error) === 'blocked';
    } finally {
      this.#isAsking = false;
    }
  }

  stop(): void {
    if (!this.#track) return;
    this.#track.stop();
    this.#track = null;
    this.#onChange();
  }

  #begin(track: MediaStreamTrack | null): void {
    if (!track) return;
    // Text is to stay sharp, where a face had better stay fluent.
    track.contentHint = 'detail';
    track.addEventListener('ended', () => this.stop());
    this.#track = track;
    this.#onChange();
  }
}
