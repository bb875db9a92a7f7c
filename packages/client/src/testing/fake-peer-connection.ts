import type { CandidatePort, PeerConnectionPort } from '../peers/rtc.ts';
import { agree, type FakeSession, FakeTransceiver } from './fake-session.ts';

type Listener = (event: { readonly candidate: CandidatePort | null }) => void;
type Local = { readonly type: 'offer' | 'answer'; readonly sdp: string };

/**
 * A peer connection without a network, with the state machine of the real one (W3C WebRTC, 4.4):
 * an operations chain, implicit rollback, `negotiationneeded`, and candidates that belong to a
 * description. What the specification forbids rejects here too. Every operation takes a turn of
 * the event loop, so that two sides get into each other's way.
 */
export class FakePeerConnection implements PeerConnectionPort {
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: Local | null = null;
  remoteDescription: Local | null = null;
  /** What it was told to look for ways by, each time. */
  readonly configurations: RTCConfiguration[] = [];
  /** Candidates of the other side that were accepted. */
  readonly candidates: (string | null)[] = [];
  readonly #listeners = new Map<string, Listener[]>();
  #transceivers: FakeTransceiver[] = [];
  #chain: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #isNegotiationNeeded = false;
  #generation = 0;
  /** What the local description was before the offer that is outstanding. */
  #stableDescription: Local | null = null;
  #remoteUfrags = new Set<string>();

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  getTransceivers(): FakeTransceiver[] {
    return this.#transceivers;
  }

  addTransceiver(kind: 'audio' | 'video'): FakeTransceiver {
    const transceiver = this.#transceive(kind);
    transceiver.direction = 'sendrecv';
    return transceiver;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    if (this.signalingState === 'closed') throw new Error('InvalidStateError: closed');
    this.configurations.push(configuration);
  }

  restartIce(): void {
    this.#needNegotiation();
  }

  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.#dispatch('connectionstatechange');
  }

  setLocalDescription(): Promise<void> {
    return this.#operate(() => {
      if (this.signalingState === 'have-remote-offer') this.#answer();
      else this.#offer();
      this.#gather();
    });
  }

  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    return this.#operate(() => {
      const { type, sdp = '' } = description;
      if (type === 'offer') this.#takeOffer(sdp);
      else if (type === 'answer') this.#takeAnswer(sdp);
      else throw new TypeError(`a ${type} is not for the fake`);
    });
  }

  addIceCandidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    return this.#operate(() => {
      if (!this.remoteDescription) throw new Error('InvalidStateError: no remote description');
      if (candidate && !this.#remoteUfrags.has(candidate.usernameFragment ?? '')) {
        throw new Error('OperationError: a candidate of an unknown generation');
      }
      this.candidates.push(candidate?.candidate ?? null);
    });
  }

  #offer(): void {
    if (this.signalingState === 'stable') this.#stableDescription = this.localDescription;
    this.#isNegotiationNeeded = false;
    const taken = new Set(this.#transceivers.map(({ mid }) => mid));
    for (const transceiver of this.#transceivers) {
      for (let next = 0; transceiver.mid === null; next++) {
        if (!taken.has(`${next}`)) transceiver.mid = `${next}`;
      }
      taken.add(transceiver.mid);
    }
    this.localDescription = { type: 'offer', sdp: this.#describe() };
    this.signalingState = 'have-local-offer';
  }

  #answer(): void {
    this.#isNegotiationNeeded &&= this.#transceivers.some(({ mid }) => mid === null);
    this.localDescription = { type: 'answer', sdp: this.#describe() };
    this.#settle();
  }

  #takeOffer(sdp: string): void {
    if (this.signalingState === 'have-local-offer') this.#rollBack();
    if (this.signalingState !== 'stable') throw new Error(`an offer in ${this.signalingState}`);
    const { ufrag, sections }: FakeSession = JSON.parse(sdp);
    for (const { mid, kind } of sections) {
      if (!this.#transceivers.some((each) => each.mid === mid)) this.#transceive(kind).mid = mid;
    }
    this.#takeRemote({ type: 'offer', sdp }, ufrag);
    this.signalingState = 'have-remote-offer';
  }

  #takeAnswer(sdp: string): void {
    if (this.signalingState !== 'have-local-offer') {
      throw new Error(`InvalidStateError: an answer in ${this.signalingState}`);
    }
    const { ufrag }: FakeSession = JSON.parse(sdp);
    this.#takeRemote({ type: 'answer', sdp }, ufrag);
    this.#settle();
  }

  #takeRemote(description: Local, ufrag: string): void {
    this.remoteDescription = description;
    this.#remoteUfrags = new Set([ufrag]);
  }

  #rollBack(): void {
    const agreed = new Set(this.#transceivers.filter(({ currentDirection }) => currentDirection));
    for (const transceiver of this.#transceivers) {
      if (!agreed.has(transceiver)) transceiver.mid = null;
    }
    this.localDescription = this.#stableDescription;
    this.signalingState = 'stable';
    this.#isNegotiationNeeded = true;
  }

  #settle(): void {
    const { sections }: FakeSession = JSON.parse(this.remoteDescription?.sdp ?? '{"sections":[]}');
    for (const { mid, direction } of sections) {
      const transceiver = this.#transceivers.find((each) => each.mid === mid);
      if (transceiver) transceiver.currentDirection = agree(transceiver.direction, direction);
    }
    this.signalingState = 'stable';
  }

  #describe(): string {
    this.#generation += 1;
    const session: FakeSession = {
      ufrag: `${this.#generation}`,
      sections: this.#transceivers.flatMap(({ mid, kind, direction }) =>
        mid === null ? [] : [{ mid, kind, direction }],
      ),
    };
    return JSON.stringify(session);
  }

  #gather(): void {
    const usernameFragment = `${this.#generation}`;
    const candidates = [1, 2].map((n) => ({ candidate: `candidate ${n}`, usernameFragment }));
    for (const init of [...candidates, null]) {
      const candidate = init && { toJSON: () => init };
      setImmediate(() => this.#dispatch('icecandidate', candidate));
    }
  }

  #operate<T>(operation: () => T): Promise<T> {
    this.#pending += 1;
    const result = this.#chain.then(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.signalingState === 'closed') throw new Error('InvalidStateError: closed');
      return operation();
    });
    const done = () => {
      this.#pending -= 1;
      this.#checkNegotiation();
    };
    this.#chain = result.then(done, done);
    return result;
  }

  #transceive(kind: 'audio' | 'video'): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind, () => this.#needNegotiation());
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  #dispatch(type: string, candidate: CandidatePort | null = null): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ candidate });
  }

  #needNegotiation(): void {
    this.#isNegotiationNeeded = true;
    this.#checkNegotiation();
  }

  #checkNegotiation(): void {
    setImmediate(() => {
      const isIdle = this.#pending === 0 && this.signalingState === 'stable';
      if (!this.#isNegotiationNeeded || !isIdle) return;
      this.#isNegotiationNeeded = false;
      this.#dispatch('negotiationneeded');
    });
  }
}
