import type { SenderPort } from '../peers/rtc.ts';
import { FakeTrack } from './fake-media.ts';

/** One media section of a fake description. */
export interface FakeSection {
  readonly mid: string;
  readonly kind: 'audio' | 'video';
  readonly direction: RTCRtpTransceiverDirection;
}

/** What stands in a fake description: JSON where SDP would be. */
export interface FakeSession {
  readonly ufrag: string;
  readonly sections: readonly FakeSection[];
}

export class FakeTransceiver {
  mid: string | null = null;
  currentDirection: RTCRtpTransceiverDirection | null = null;
  readonly kind: 'audio' | 'video';
  readonly receiver: { readonly track: FakeTrack };
  readonly sender: SenderPort & { track: MediaStreamTrack | null };
  readonly #onDirection: () => void;
  #direction: RTCRtpTransceiverDirection = 'recvonly';

  constructor(kind: 'audio' | 'video', onDirection: () => void) {
    this.kind = kind;
    this.#onDirection = onDirection;
    this.receiver = { track: new FakeTrack(kind) };
    this.sender = {
      track: null,
      setStreams: () => undefined,
      replaceTrack: async (track) => {
        this.sender.track = track;
      },
    };
  }

  get direction(): RTCRtpTransceiverDirection {
    return this.#direction;
  }

  set direction(direction: RTCRtpTransceiverDirection) {
    if (direction === this.#direction) return;
    this.#direction = direction;
    this.#onDirection();
  }
}

const sends = (direction: RTCRtpTransceiverDirection): boolean =>
  direction === 'sendrecv' || direction === 'sendonly';
const receives = (direction: RTCRtpTransceiverDirection): boolean =>
  direction === 'sendrecv' || direction === 'recvonly';

const directionOf = (send: boolean, receive: boolean): RTCRtpTransceiverDirection => {
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
};

/** What becomes of `wanted` on this side when the other side's section says `remote`. */
export const agree = (
  wanted: RTCRtpTransceiverDirection,
  remote: RTCRtpTransceiverDirection,
): RTCRtpTransceiverDirection =>
  directionOf(sends(wanted) && receives(remote), receives(wanted) && sends(remote));
