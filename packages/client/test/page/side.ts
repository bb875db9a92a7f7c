import type { JsonValue, Participant, PeerId, SignalKind } from '@switchboard/protocol';
import { Emitter } from '../../src/emitter.ts';
import { PeerConnections, type SignalingRoom, type TrackSource } from '../../src/index.ts';
import type { RoomEvents } from '../../src/room/room.ts';
import { type Probe, probe } from './probe.ts';

/** A room of two without a cluster: what one side sends reaches the other, in order, after a while. */
export class Side extends Emitter<RoomEvents> implements SignalingRoom {
  readonly self: Participant;
  readonly others: readonly Participant[];
  readonly peers: PeerConnections;
  readonly faults: string[] = [];
  readonly wanted = new Set<TrackSource>();
  readonly received = new Map<TrackSource, Probe>();
  signals = 0;
  #carry: (kind: SignalKind, data: JsonValue) => void = () => undefined;

  constructor(self: Participant, other: Participant) {
    super();
    this.self = self;
    this.others = [other];
    this.peers = new PeerConnections(this);
    this.peers.on('remoteTrack', ({ source, track }) => this.received.set(source, probe(track)));
    this.peers.on('remoteTrackRemoved', ({ source }) => this.received.delete(source));
    this.peers.on('fault', ({ error }) => this.faults.push(String(error)));
  }

  get participants(): ReadonlyMap<PeerId, Participant> {
    return new Map([this.self, ...this.others].map((each) => [each.peerId, each]));
  }

  get state(): RTCPeerConnectionState | undefined {
    return [...this.peers.peers.values()][0]?.state;
  }

  carryTo(other: Side, delayMs: () => number): void {
    let last = Promise.resolve();
    this.#carry = (kind, data) => {
      const ms = delayMs();
      last = last.then(async () => {
        await pause(ms);
        other.emit('signal', { from: this.self.peerId, kind, data });
      });
    };
  }

  async sendSignal(_to: PeerId, kind: SignalKind, data: JsonValue): Promise<void> {
    this.signals += 1;
    // A cluster carries copies, and only what JSON can say.
    const copy: JsonValue = JSON.parse(JSON.stringify(data));
    this.#carry(kind, copy);
  }

  async iceServers(): Promise<readonly RTCIceServer[]> {
    return [];
  }

  turn(source: TrackSource, track: MediaStreamTrack | null): void {
    this.peers.setTrack(source, track);
    if (track) this.wanted.add(source);
    else this.wanted.delete(source);
  }
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
