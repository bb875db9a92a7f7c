import { constraints, Device, type DeviceState } from './device.ts';
import { ScreenShare } from './screen-share.ts';

/** What the user has and sends, as of now. */
export interface LocalMediaState {
  readonly camera: DeviceState;
  readonly microphone: DeviceState;
  readonly screen: MediaStreamTrack | null;
}

/** The user's own camera, microphone and screen. */
export class LocalMedia {
  readonly camera: Device;
  readonly microphone: Device;
  readonly screen: ScreenShare;

  constructor(onChange: (state: LocalMediaState) => void) {
    const tell = () => onChange(this.state);
    this.camera = new Device('camera', tell);
    this.microphone = new Device('microphone', tell);
    this.screen = new ScreenShare(tell);
  }

  get state(): LocalMediaState {
    return {
      camera: this.camera.state,
      microphone: this.microphone.state,
      screen: this.screen.track,
    };
  }

  /**
   * Asks for both devices at once, which is one question to the user; and if that fails for each by
   * itself, because the lack of one is not the lack of both. Never rejects.
   */
  async start(): Promise<void> {
    const both = openBoth();
    await Promise.all([
      this.camera.switchOn(both.then((stream) => stream?.getVideoTracks()[0] ?? null)),
      this.microphone.switchOn(both.then((stream) => stream?.getAudioTracks()[0] ?? null)),
    ]);
  }
}

async function openBoth(): Promise<MediaStream | null> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      ...constraints.camera,
      ...constraints.microphone,
    });
  } catch {
    return null;
  }
}

/** Whether others get something of it. */
export const isSending = (device: DeviceState): boolean => device.state === 'on';

export const trackOf = (device: DeviceState): MediaStreamTrack | null =>
  'track' in device ? device.track : null;
