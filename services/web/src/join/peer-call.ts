import { type LocalMediaState, trackOf } from '../media/local-media.ts';
import type { PeerSignal } from './session-socket.ts';

export interface PeerCallOptions {
  readonly iceServers: RTCIceServer[];
  readonly media: LocalMediaState;
  send(signal: PeerSignal): void;
  onStream(stream: MediaStream): void;
  onState(state: RTCPeerConnectionState): void;
}

/** A call with one other page. What is done to it is done one thing after the other. */
export class PeerCall {
  readonly #connection: RTCPeerConnection;
  readonly #options: PeerCallOptions;
  readonly #stream = new MediaStream();
  #media: LocalMediaState;
  #work = Promise.resolve();

  constructor(options: PeerCallOptions) {
    this.#options = options;
    this.#media = options.media;
    const connection = new RTCPeerConnection({ iceServers: options.iceServers });
    this.#connection = connection;
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate) options.send({ candidate: candidate.toJSON() });
    });
    connection.addEventListener('track', ({ track }) => {
      this.#stream.addTrack(track);
      options.onStream(this.#stream);
    });
    connection.addEventListener('connectionstatechange', () => {
      options.onState(connection.connectionState);
    });
  }

  get isConnected(): boolean {
    return this.#connection.connectionState === 'connected';
  }

  offer(): void {
    this.#do(async () => {
      for (const kind of ['audio', 'video']) this.#connection.addTransceiver(kind);
      await this.#sendTracks();
      await this.#connection.setLocalDescription();
      this.#describe('offer');
    });
  }

  take(signal: PeerSignal): void {
    this.#do(async () => {
      if ('candidate' in signal) {
        if (signal.candidate) await this.#connection.addIceCandidate(signal.candidate);
        return;
      }
      await this.#connection.setRemoteDescription(signal.sdp);
      if (signal.type !== 'offer') return;
      await this.#sendTracks();
      await this.#connection.setLocalDescription();
      this.#describe('answer');
    });
  }

  setMedia(media: LocalMediaState): void {
    this.#media = media;
    this.#do(() => this.#sendTracks());
  }

  close(): void {
    this.#connection.close();
  }

  #describe(type: 'offer' | 'answer'): void {
    const sdp = this.#connection.localDescription;
    if (sdp) this.#options.send({ type, sdp: sdp.toJSON() });
  }

  /** What is switched off is sent as nothing, without negotiating anew. */
  async #sendTracks(): Promise<void> {
    for (const transceiver of this.#connection.getTransceivers()) {
      const isVideo = transceiver.receiver.track.kind === 'video';
      transceiver.direction = 'sendrecv';
      const device = isVideo ? this.#media.camera : this.#media.microphone;
      await transceiver.sender.replaceTrack(trackOf(device));
    }
  }

  /** A step that fails, such as a candidate of a call before this one, ends nothing. */
  #do(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((error: unknown) => {
      if (this.#connection.signalingState !== 'closed') console.debug('a step failed', error);
    });
  }
}
