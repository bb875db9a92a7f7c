import type { PeerConnectionPort, TransceiverPort } from './rtc.ts';
import { type LocalStreams, streamOf } from './streams.ts';
import { kindOf, type SourcesByMid, type TrackSource, trackSources } from './track-source.ts';

/**
 * What one peer connection sends, and where: every source has its place, a transceiver that serves
 * both directions and keeps its purpose for good. Between two of this SDK, places are ready to send
 * from the first negotiation on, with or without a track (the warm-up of W3C WebRTC, 10.2), so that
 * switching something on or off takes no signal at all.
 *
 * That is more than thrift. A negotiation in the midst of a call can collide with the other side's,
 * and where Chromium (seen in 156) rolls back its own offer, a picture that it was receiving can
 * stay frozen for good, though it goes on decoding frames. What is not negotiated cannot collide.
 */
export class Senders {
  readonly #connection: PeerConnectionPort;
  readonly #streams: LocalStreams;
  readonly #places = new Map<TrackSource, TransceiverPort>();
  readonly #tracks = new Map<TrackSource, MediaStreamTrack>();
  #isOpen = false;

  /** @param streams by which the other side sees what belongs together; they may be empty. */
  constructor(connection: PeerConnectionPort, streams: LocalStreams) {
    this.#connection = connection;
    this.#streams = streams;
  }

  /** Sends a track, or another one in its place, or none. */
  async set(source: TrackSource, track: MediaStreamTrack | null): Promise<void> {
    if (track) this.#tracks.set(source, track);
    else this.#tracks.delete(source);
    if (this.#isOpen) await this.#fill(source);
  }

  /** Makes places, of which there are none yet, always in the same order. */
  makePlaces(sources: readonly TrackSource[]): void {
    for (const source of sources) this.#makePlace(source);
  }

  /** Takes the places that an offer of the other side has made. */
  adopt(sources: SourcesByMid): void {
    const known = new Set(this.#places.values());
    for (const transceiver of this.#connection.getTransceivers()) {
      if (known.has(transceiver) || transceiver.mid === null) continue;
      const source = sources.get(transceiver.mid) ?? this.#guess(transceiver);
      if (!source || this.#places.has(source)) continue;
      transceiver.direction = 'sendrecv';
      transceiver.sender.setStreams(streamOf(this.#streams, source));
      this.#places.set(source, transceiver);
    }
  }

  /** Begins to send; until then, what is to be sent was only remembered. */
  async open(): Promise<void> {
    this.#isOpen = true;
    await Promise.all([...this.#tracks.keys()].map((source) => this.#fill(source)));
  }

  /** For the description that has just been made: its `mid`s are known. */
  sources(): SourcesByMid {
    const sources = new Map<string, TrackSource>();
    for (const [source, { mid }] of this.#places) {
      if (mid !== null) sources.set(mid, source);
    }
    return sources;
  }

  async #fill(source: TrackSource): Promise<void> {
    const track = this.#tracks.get(source) ?? null;
    const place = this.#places.get(source) ?? (track && this.#makePlace(source));
    await place?.sender.replaceTrack(track);
  }

  #makePlace(source: TrackSource): TransceiverPort {
    const streams = [streamOf(this.#streams, source)];
    const place = this.#connection.addTransceiver(kindOf(source), {
      direction: 'sendrecv',
      streams,
    });
    this.#places.set(source, place);
    return place;
  }

  /** What a place is for whose maker does not say: a client without this SDK. */
  #guess({ receiver }: TransceiverPort): TrackSource | undefined {
    return trackSources.find(
      (source) => kindOf(source) === receiver.track.kind && !this.#places.has(source),
    );
  }
}
