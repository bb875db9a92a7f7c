import { type DeviceProblem, problemOf } from './device-problem.ts';

export type DeviceState =
  /** The browser has been asked; the user may have to answer. */
  | { readonly state: 'starting' }
  | { readonly state: 'on'; readonly track: MediaStreamTrack }
  /** A muted microphone keeps its track; a camera that is off has none, so that its light is off. */
  | { readonly state: 'off'; readonly track: MediaStreamTrack | null }
  | { readonly state: 'unavailable'; readonly problem: DeviceProblem };

export const deviceKinds = ['camera', 'microphone'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

/** What is asked of the browser for each. */
export const constraints = {
  camera: { video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' } },
  microphone: { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } },
} as const satisfies Record<DeviceKind, MediaStreamConstraints>;

/** The user's camera or microphone. */
export class Device {
  readonly kind: DeviceKind;
  readonly #onChange: () => void;
  #state: DeviceState = { state: 'off', track: null };

  /** @param onChange is called after every change of `state`. */
  constructor(kind: DeviceKind, onChange: () => void) {
    this.kind = kind;
    this.#onChange = onChange;
  }

  get state(): DeviceState {
    return this.#state;
  }

  /** Switches on what is off or was unavailable, and off what is on. Never rejects. */
  async toggle(): Promise<void> {
    switch (this.#state.state) {
      case 'on':
        this.#switchOff(this.#state.track);
        return;
      case 'off':
      case 'unavailable':
        await this.switchOn();
        return;
      case 'starting':
    }
  }

  /** @param offered a track that is being opened already; null when that comes to nothing. */
  async switchOn(offered: Promise<MediaStreamTrack | null> = noTrack): Promise<void> {
    const { state } = this;
    if (state.state === 'starting' || state.state === 'on') return;
    if (state.state === 'off' && state.track) {
      state.track.enabled = true;
      this.#become({ state: 'on', track: state.track });
      return;
    }
    this.#become({ state: 'starting' });
    this.#become(await this.#open(offered));
  }

  async #open(offered: Promise<MediaStreamTrack | null>): Promise<DeviceState> {
    if (!navigator.mediaDevices) return { state: 'unavailable', problem: 'insecure' };
    try {
      const track = (await offered) ?? (await openOne(constraints[this.kind]));
      if (!track) return { state: 'unavailable', problem: 'missing' };
      track.addEventListener('ended', () => this.#lose(track));
      return { state: 'on', track };
    } catch (error) {
      return { state: 'unavailable', problem: problemOf(error) };
    }
  }

  #switchOff(track: MediaStreamTrack): void {
    if (this.kind === 'microphone') {
      track.enabled = false;
      this.#become({ state: 'off', track });
      return;
    }
    track.stop();
    this.#become({ state: 'off', track: null });
  }

  /** Unplugged, or taken away by the browser; `stop` does not come here. */
  #lose(track: MediaStreamTrack): void {
    if ('track' in this.#state && this.#state.track === track) {
      this.#become({ state: 'unavailable', problem: 'missing' });
    }
  }

  #become(state: DeviceState): void {
    this.#state = state;
    this.#onChange();
  }
}

const noTrack = Promise.resolve(null);

async function openOne(wanted: MediaStreamConstraints): Promise<MediaStreamTrack | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia(wanted);
  return stream.getTracks()[0];
}
