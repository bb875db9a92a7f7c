import type { TransceiverPort } from './rtc.ts';
import type { RemoteStreams } from './streams.ts';
import { defaultSource, type SourcesByMid, type TrackSource } from './track-source.ts';

/** Where something of a remote participant appears. */
export interface RemoteTrack {
  readonly source: TrackSource;
  readonly track: MediaStreamTrack;
  readonly stream: MediaStream;
}

export interface ReceiversListener {
  onTrack(remote: RemoteTrack): void;
  onTrackRemoved(remote: RemoteTrack): void;
}

/**
 * What one peer connection receives, compared anew after each negotiation. That says more than the
 * connection's own `track` event, which does not tell when a track ends and starts again.
 */
export class Receivers {
  readonly streams: RemoteStreams;
  readonly #listener: ReceiversListener;
  #tracks: readonly RemoteTrack[] = [];

  constructor(streams: RemoteStreams, listener: ReceiversListener) {
    this.streams = streams;
    this.#listener = listener;
  }

  /** @param sources what the other side said it sends where. */
  update(transceivers: readonly TransceiverPort[], sources: SourcesByMid): void {
    const tracks = transceivers.filter(isReceiving).map(({ mid, receiver: { track } }) => {
      const source = sources.get(mid ?? '') ?? defaultSource(track);
      return { source, track, stream: this.streams[source] };
    });
    this.#become(tracks);
  }

  /** Nothing is received any more. */
  close(): void {
    this.#become([]);
  }

  #become(tracks: readonly RemoteTrack[]): void {
    const previous = this.#tracks;
    this.#tracks = tracks;
    for (const remote of previous.filter((each) => !has(tracks, each))) {
      remote.stream.removeTrack(remote.track);
      this.#listener.onTrackRemoved(remote);
    }
    for (const remote of tracks.filter((each) => !has(previous, each))) {
      remote.stream.addTrack(remote.track);
      this.#listener.onTrack(remote);
    }
  }
}

const isReceiving = ({ currentDirection }: TransceiverPort): boolean =>
  currentDirection === 'sendrecv' || currentDirection === 'recvonly';

const has = (tracks: readonly RemoteTrack[], { source, track }: RemoteTrack): boolean =>
  tracks.some((each) => each.track === track && each.source === source);
