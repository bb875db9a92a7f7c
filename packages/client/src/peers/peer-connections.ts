import type { Participant, PeerId } from '@switchboard/protocol';
import { Emitter, type Handler, type Subscribable } from '../emitter.ts';
import { SwitchboardError } from '../errors.ts';
import type { Room } from '../room/room.ts';
import { type IceOptions, IceSetup } from './ice-setup.ts';
import { PeerLink } from './peer-link.ts';
import type { RemoteTrack } from './receivers.ts';
import { type Rtc, resolveRtc } from './rtc.ts';
import type { LocalStreams, RemoteStreams } from './streams.ts';
import { plainSources, type TrackSource, trackSources } from './track-source.ts';

export interface PeerConnectionsOptions extends Partial<Rtc>, IceOptions {}

export interface PeerConnectionsEvents {
  /**
   * Where a source of a peer appears: `stream` holds this track alone. Clients of this SDK have
   * places for all sources from the start: what is in them now, their participant's `media` says.
   */
  remoteTrack: RemoteTrack & { readonly peerId: PeerId };
  remoteTrackRemoved: RemoteTrack & { readonly peerId: PeerId };
  stateChanged: { readonly peerId: PeerId; readonly state: RTCPeerConnectionState };
  /** Something that should not happen, with nobody to throw it at: to be logged. */
  fault: { readonly peerId: PeerId; readonly error: unknown };
}

/** The connection with one other participant, as it is now. */
export interface Peer {
  readonly state: RTCPeerConnectionState;
  readonly streams: RemoteStreams;
}

/** The part of a room that peer connections need. */
export type SignalingRoom = Pick<
  Room,
  'self' | 'others' | 'participants' | 'on' | 'sendSignal' | 'iceServers'
>;

/**
 * The peer connections of one room: one with each other participant, from the moment both are in
 * it until one of them is not. To be made in the same task in which the room was joined, and
 * closed by leaving the room.
 *
 * What is sent is set once, for all of them; `Room.setMedia` tells the others of it separately,
 * because a track may be there and muted.
 */
export class PeerConnections implements Subscribable<PeerConnectionsEvents>, Disposable {
  readonly #room: SignalingRoom;
  readonly #rtc: Rtc;
  readonly #ice: IceSetup;
  readonly #events = new Emitter<PeerConnectionsEvents>();
  readonly #links = new Map<PeerId, PeerLink>();
  readonly #tracks = new Map<TrackSource, MediaStreamTrack>();
  readonly #streams: LocalStreams;
  readonly #subscriptions: readonly (() => void)[];
  #isClosed = false;

  /** @throws SwitchboardError `unsupported` where there is no WebRTC and none is given. */
  constructor(room: SignalingRoom, options: PeerConnectionsOptions = {}) {
    this.#room = room;
    this.#rtc = resolveRtc(options);
    this.#ice = new IceSetup(options, room);
    this.#streams = { user: this.#makeStream(), screen: this.#makeStream() };
    this.#subscriptions = [
      room.on('participantJoined', ({ participant }) => this.#open(participant.peerId)),
      room.on('participantLeft', ({ participant }) => this.#close(participant.peerId)),
      room.on('participantUpdated', ({ participant, previous }) => {
        const { peerId, instance, connected } = participant;
        if (instance !== previous.instance) {
          // A page loaded anew knows nothing of the connection that there was.
          this.#close(peerId);
          this.#open(peerId);
        } else if (connected && !previous.connected) this.#links.get(peerId)?.revive();
      }),
      room.on('rejoined', ({ self, previousPeerId }) => this.#comeBack(self, previousPeerId)),
      room.on('left', () => this.close()),
      room.on('signal', ({ from, kind, data }) => this.#links.get(from)?.receive(kind, data)),
      room.on('signalFailed', ({ to, error }) => {
        if (error.retryable) this.#links.get(to)?.scheduleRetry(error.retryAfterMs);
        else this.#events.emit('fault', { peerId: to, error: SwitchboardError.refusal(error) });
      }),
    ];
    for (const { peerId } of room.others) this.#open(peerId);
  }

  /** By peer id; a snapshot. */
  get peers(): ReadonlyMap<PeerId, Peer> {
    return new Map(this.#links);
  }

  on<K extends keyof PeerConnectionsEvents>(
    event: K,
    handler: Handler<PeerConnectionsEvents[K]>,
  ): () => void {
    return this.#events.on(event, handler);
  }

  once<K extends keyof PeerConnectionsEvents>(
    event: K,
    handler: Handler<PeerConnectionsEvents[K]>,
  ): () => void {
    return this.#events.once(event, handler);
  }

  /**
   * Sends `track` to everybody, now and later, in place of any other of that source; null sends
   * none. The track itself stays the caller's: to mute it, disable it; to end it, stop it.
   */
  setTrack(source: TrackSource, track: MediaStreamTrack | null): void {
    if (this.#isClosed) return;
    if (track) this.#tracks.set(source, track);
    else this.#tracks.delete(source);
    for (const link of this.#links.values()) link.setTrack(source, track);
  }

  /** Ends every connection; happens by itself when the room is left. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    for (const peerId of [...this.#links.keys()]) this.#close(peerId);
    this.#tracks.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(peerId: PeerId): void {
    if (this.#links.has(peerId)) return;
    const connection = new this.#rtc.RTCPeerConnection(this.#ice.configuration);
    const link = new PeerLink(
      {
        connection,
        localStreams: this.#streams,
        remoteStreams: {
          camera: this.#makeStream(),
          microphone: this.#makeStream(),
          screen: this.#makeStream(),
        },
        isPolite: () => isPolite(this.#room, peerId),
        begins: () => makesFirstOffer(this.#room, peerId),
        places: this.#isPlain(peerId) ? plainSources : trackSources,
        supply: (options) => this.#ice.supply(connection, options),
        sendSignal: (kind, data) => this.#room.sendSignal(peerId, kind, data),
      },
      {
        onTrack: (remote) => this.#events.emit('remoteTrack', { peerId, ...remote }),
        onTrackRemoved: (remote) => this.#events.emit('remoteTrackRemoved', { peerId, ...remote }),
        onStateChanged: (state) => this.#events.emit('stateChanged', { peerId, state }),
        onFault: (error) => this.#events.emit('fault', { peerId, error }),
      },
    );
    this.#links.set(peerId, link);
    for (const [source, track] of this.#tracks) link.setTrack(source, track);
  }

  #close(peerId: PeerId): void {
    const link = this.#links.get(peerId);
    this.#links.delete(peerId);
    link?.close();
  }

  /** As the same participant one goes on; as another, all others have let go of the old one. */
  #comeBack(self: Participant, previousPeerId: PeerId): void {
    if (self.peerId === previousPeerId) {
      for (const link of this.#links.values()) link.revive();
      return;
    }
    for (const peerId of [...this.#links.keys()]) this.#close(peerId);
    for (const { peerId } of this.#room.others) this.#open(peerId);
  }

  /** Whether it is a client without this SDK, which has no instance. */
  #isPlain(peerId: PeerId): boolean {
    return this.#room.participants.get(peerId)?.instance === undefined;
  }

  #makeStream(): MediaStream {
    return new this.#rtc.MediaStream();
  }
}

/** SPEC 4.6. Both sides see the same two seats, so exactly one of them gives way. */
export function isPolite(
  { self, participants }: Pick<SignalingRoom, 'self' | 'participants'>,
  peerId: PeerId,
): boolean {
  const other = participants.get(peerId);
  if (!other || other.seat === self.seat) return self.peerId > peerId;
  return self.seat > other.seat;
}

/**
 * Whether the first offer to a peer is to be this participant's (SPEC 4.7). For applications that
 * negotiate by themselves; `PeerConnections` sees to it.
 */
export function makesFirstOffer(
  room: Pick<SignalingRoom, 'self' | 'participants'>,
  peerId: PeerId,
): boolean {
  // Who was there first has the lower seat, and so is not polite.
  const isJoiner = isPolite(room, peerId);
  const present = isJoiner ? room.participants.get(peerId) : room.self;
  return isJoiner === (present?.firstOffer === 'joiner');
}
