import {
  type ConnectionState,
  type MediaState,
  type Participant,
  PeerConnections,
  type Room,
  type RoomEnd,
  SwitchboardClient,
  type Transport,
} from '@switchboard/client';
import { isSending, type LocalMedia, type LocalMediaState, trackOf } from '../media/local-media.ts';
import type { Store } from '../ui/store.ts';
import type { CallState, RemoteParticipant } from './call-state.ts';
import { errorInWords } from './plain-words.ts';

export interface CallDependencies {
  readonly store: Store<CallState>;
  readonly media: LocalMedia;
  readonly transports: readonly Transport[] | undefined;
  /** Says in words, once, what somebody who does not look at the screen would miss. */
  readonly announce: (text: string) => void;
}

interface ActiveCall {
  readonly room: Room;
  readonly peers: PeerConnections;
}

/** The way into a call and out of it, and what happens in between, as changes of the store. */
export class Call {
  readonly #dependencies: CallDependencies;
  readonly #client = new SwitchboardClient();
  #active: ActiveCall | null = null;
  /** What the others were last told of one's media, or are just being told. */
  #announced: MediaState | null = null;

  constructor(dependencies: CallDependencies) {
    this.#dependencies = dependencies;
    this.#client.on('stateChanged', (state) => this.#follow(state));
  }

  /** Never rejects: what goes wrong is shown in the lobby. */
  async join(roomId: string, name: string): Promise<void> {
    const { store, transports } = this.#dependencies;
    if (store.value.phase.phase !== 'lobby') return;
    store.set({ name, phase: { phase: 'joining' } });
    try {
      await this.#client.connect(transports ? { transports } : {});
      const media = mediaStateOf(store.value.local);
      this.#enter(await this.#client.join(roomId, { name, media }));
    } catch (error) {
      this.#client.close();
      store.set({ phase: { phase: 'lobby', problem: errorInWords(error) } });
    }
  }

  leave(): void {
    this.#client.close();
  }

  /** The user's own media have changed: the others get the tracks, and are told. */
  sendMedia(local: LocalMediaState): void {
    if (!this.#active) return;
    const { room, peers } = this.#active;
    peers.setTrack('camera', trackOf(local.camera));
    peers.setTrack('microphone', trackOf(local.microphone));
    peers.setTrack('screen', local.screen);
    const wanted = mediaStateOf(local);
    if (this.#announced && isSame(this.#announced, wanted)) return;
    this.#announced = wanted;
    room.setMedia(wanted).catch((error: unknown) => {
      // The tracks are what counts; the others see a wrong symbol at worst.
      console.warn('the media state could not be announced', error);
    });
  }

  #enter(room: Room): void {
    const { store, announce } = this.#dependencies;
    const peers = new PeerConnections(room);
    this.#active = { room, peers };
    this.#announced = room.self.media;
    const refresh = () => store.set({ others: othersOf(room, peers) });
    room.on('participantJoined', ({ participant }) => {
      refresh();
      announce(`${nameOf(participant)} joined`);
    });
    room.on('participantLeft', ({ participant }) => {
      refresh();
      announce(`${nameOf(participant)} left`);
    });
    room.on('participantUpdated', refresh);
    room.on('rejoined', refresh);
    room.on('left', (end) => this.#ended(end));
    peers.on('stateChanged', refresh);
    peers.on('remoteTrack', refresh);
    peers.on('remoteTrackRemoved', refresh);
    peers.on('fault', ({ error }) => console.warn('trouble with a peer connection', error));
    this.sendMedia(store.value.local);
    store.set({ phase: { phase: 'in-call', roomId: room.id }, others: othersOf(room, peers) });
    announce('You are in the call');
  }

  #ended(end: RoomEnd): void {
    this.#active = null;
    const error = 'error' in end ? end.error : undefined;
    this.#dependencies.store.set({
      phase: { phase: 'lobby', problem: error ? errorInWords(error) : null },
      others: [],
    });
    this.#dependencies.announce('The call has ended');
    this.#client.close();
  }

  #follow(state: ConnectionState): void {
    this.#dependencies.store.set({ signaling: signalingOf(state) });
    const { dataset } = document.documentElement;
    dataset['connection'] = state.state;
    // By these, tests tell which node and which participant a page has become.
    if (state.state !== 'connected') return;
    dataset['sid'] = state.sid;
    dataset['peerId'] = state.peerId;
  }
}

function signalingOf({ state }: ConnectionState): CallState['signaling'] {
  switch (state) {
    case 'idle':
    case 'closed':
      return 'down';
    case 'connecting':
      return 'connecting';
    case 'connected':
      return 'up';
    case 'reconnecting':
      return 'lost';
  }
}

const isSame = (a: MediaState, b: MediaState): boolean =>
  a.camera === b.camera && a.microphone === b.microphone && a.screen === b.screen;

const mediaStateOf = ({ camera, microphone, screen }: LocalMediaState): MediaState => ({
  camera: isSending(camera),
  microphone: isSending(microphone),
  screen: screen !== null,
});

const nameOf = ({ name }: Participant): string => name ?? 'A guest';

/** Somebody whose connection is only being made has no streams yet, and is shown from then on. */
const othersOf = (room: Room, peers: PeerConnections): RemoteParticipant[] =>
  room.others.flatMap((participant) => {
    const peer = peers.peers.get(participant.peerId);
    if (!peer) return [];
    const { peerId, media, connected } = participant;
    const { state: link, streams } = peer;
    return [{ peerId, name: nameOf(participant), media, connected, link, streams }];
  });
