import type { DeviceState } from '../../media/device.ts';
import { trackOf } from '../../media/local-media.ts';

/** What the camera shows: the same stream, whatever its track. */
export class LocalPreview {
  readonly #stream = new MediaStream();

  /** @returns null while the camera is off. */
  show(camera: DeviceState): MediaStream | null {
    const track = trackOf(camera);
    for (const other of this.#stream.getTracks()) {
      if (other !== track) this.#stream.removeTrack(other);
    }
    if (!track) return null;
    this.#stream.addTrack(track);
    return this.#stream;
  }
}
