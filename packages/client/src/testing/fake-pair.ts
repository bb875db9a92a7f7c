import type { JsonValue, SignalKind } from '@switchboard/protocol';
import { PeerLink } from '../peers/peer-link.ts';
import { type TrackSource, trackSources } from '../peers/track-source.ts';
import { FakeStream } from './fake-media.ts';
import { FakePeerConnection } from './fake-peer-connection.ts';

interface Signal {
  readonly kind: SignalKind;
  readonly data: JsonValue;
}

/** One side of a pair: its link, what it has heard and said, and what it received. */
export class FakeSide {
  readonly connection = new FakePeerConnection();
  readonly link: PeerLink;
  readonly faults: unknown[] = [];
  readonly sent: Signal[] = [];
  /** The tracks received now. */
  readonly receiving = new Map<TrackSource, MediaStreamTrack>();
  readonly states: RTCPeerConnectionState[] = [];
  /** Gives the connection its servers; may take its time. */
  supply: (options: { readonly anew: boolean }) => Promise<void> = async () => undefined;
  /** Takes a signal on its way to the other side; may fail, delay or keep it. */
  carry: (signal: Signal) => Promise<void> = async () => undefined;

  constructor(isPolite: boolean, places: readonly TrackSource[]) {
    this.link = new PeerLink(
      {
        connection: this.connection,
        localStreams: { user: new FakeStream(), screen: new FakeStream() },
        remoteStreams: {
          camera: new FakeStream(),
          microphone: new FakeStream(),
          screen: new FakeStream(),
        },
        isPolite: () => isPolite,
        begins: () => !isPolite,
        places,
        supply: (options) => this.supply(options),
        sendSignal: (kind, data) => {
          this.sent.push({ kind, data });
          return this.carry({ kind, data });
        },
      },
      {
        onTrack: ({ source, track }) => this.receiving.set(source, track),
        onTrackRemoved: ({ source }) => this.receiving.delete(source),
        onStateChanged: (state) => this.states.push(state),
        onFault: (error) => this.faults.push(error),
      },
    );
  }
}

/** What arrives at one side: of each source, the track that the other one sends to that place. */
export function arriving(at: FakeSide, from: FakeSide): Map<TrackSource, MediaStreamTrack> {
  const places = at.connection.getTransceivers();
  const arrived = [...at.receiving].flatMap(([source, track]) => {
    const mid = places.find(({ receiver }) => receiver.track === track)?.mid;
    const sent = from.connection.getTransceivers().find((each) => each.mid === mid)?.sender.track;
    return sent ? [[source, sent] as const] : [];
  });
  return new Map(arrived);
}

/** Two sides whose signals reach each other after as many turns of the event loop as `delay` says. */
export function fakePair(
  delay: () => number = () => 0,
  places: readonly TrackSource[] = trackSources,
): { polite: FakeSide; impolite: FakeSide } {
  const polite = new FakeSide(true, places);
  const impolite = new FakeSide(false, places);
  connect(polite, impolite, delay);
  connect(impolite, polite, delay);
  return { polite, impolite };
}

/** What one side sends arrives in order: the cluster promises that (SPEC 4.2). */
function connect(from: FakeSide, to: FakeSide, delay: () => number): void {
  let last = Promise.resolve();
  from.carry = async ({ kind, data }) => {
    const turns = delay();
    last = last.then(async () => {
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      to.link.receive(kind, data);
    });
  };
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits until neither side has sent anything for a while. */
export async function quiet(...sides: FakeSide[]): Promise<void> {
  const count = () => sides.reduce((sum, { sent }) => sum + sent.length, 0);
  for (let before = -1; before !== count(); ) {
    before = count();
    for (let turn = 0; turn < 60; turn++) await nextTurn();
  }
}
