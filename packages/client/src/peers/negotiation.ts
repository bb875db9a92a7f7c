import { RemoteCandidates } from './remote-candidates.ts';
import type { PeerConnectionPort } from './rtc.ts';

export interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

export interface NegotiationDependencies<Received extends Description> {
  readonly connection: PeerConnectionPort;
  /** Asked at every collision; exactly one of the two sides must say yes. */
  readonly isPolite: () => boolean;
  /** Called when an offer of the other side has been set, before it is answered. */
  readonly beforeAnswer: (offer: Received) => Promise<void>;
  /** Sends a description to the other side, before anything that is sent after this call. */
  readonly send: (description: Description) => void;
}

/**
 * The perfect negotiation pattern (W3C WebRTC, 10.7). Either side may begin at any time; when both
 * begin at once, the impolite one ignores the other's offer, and the polite one takes its own back
 * (setRemoteDescription rolls back by itself) and answers.
 *
 * The flags have the names that the specification's example gives them.
 */
export class Negotiation<Received extends Description = Description> {
  readonly #connection: PeerConnectionPort;
  readonly #isPolite: () => boolean;
  readonly #beforeAnswer: (offer: Received) => Promise<void>;
  readonly #send: (description: Description) => void;
  readonly #candidates: RemoteCandidates;
  #makingOffer = false;
  #ignoreOffer = false;
  #isSettingRemoteAnswerPending = false;

  constructor({ connection, isPolite, beforeAnswer, send }: NegotiationDependencies<Received>) {
    this.#connection = connection;
    this.#isPolite = isPolite;
    this.#beforeAnswer = beforeAnswer;
    this.#send = send;
    this.#candidates = new RemoteCandidates(connection);
  }

  /** To be called at `negotiationneeded`. */
  async negotiate(): Promise<void> {
    try {
      this.#makingOffer = true;
      await this.#describe();
    } finally {
      this.#makingOffer = false;
    }
  }

  /**
   * Takes a description of the other side, and answers an offer.
   *
   * @returns false if it was passed over: an offer that lost a collision, or an answer that
   * nobody waits for, such as the second one to an offer that had to be sent twice.
   */
  async receive(description: Received): Promise<boolean> {
    const { signalingState } = this.#connection;
    const readyForOffer =
      !this.#makingOffer && (signalingState === 'stable' || this.#isSettingRemoteAnswerPending);
    const offerCollision = description.type === 'offer' && !readyForOffer;
    this.#ignoreOffer = offerCollision && !this.#isPolite();
    if (this.#ignoreOffer) return false;
    if (description.type === 'answer' && signalingState !== 'have-local-offer') return false;

    this.#isSettingRemoteAnswerPending = description.type === 'answer';
    try {
      const { type, sdp } = description;
      await this.#connection.setRemoteDescription({ type, sdp });
    } finally {
      this.#isSettingRemoteAnswerPending = false;
    }
    if (description.type === 'offer') {
      await this.#beforeAnswer(description);
      await this.#describe();
    }
    await this.#candidates.flush();
    return true;
  }

  /** Takes a candidate of the other side, or the end of candidates. */
  async receiveCandidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    await this.#candidates.add(candidate, this.#ignoreOffer);
  }

  /**
   * Sends again what may have been lost: the description as it is now, with all candidates
   * gathered so far.
   *
   * @returns false if nothing is outstanding, or only a connection that does not come about.
   */
  sendAgain(): boolean {
    const { signalingState, localDescription, connectionState } = this.#connection;
    const isOffering = signalingState === 'have-local-offer';
    const isConnecting = connectionState === 'new' || connectionState === 'connecting';
    if (isOffering || (isConnecting && localDescription?.type === 'answer')) {
      this.#sendLocal();
      return true;
    }
    return connectionState === 'connected';
  }

  /** Makes the description that the state asks for, an offer or an answer, and sends it. */
  async #describe(): Promise<void> {
    await this.#connection.setLocalDescription();
    this.#sendLocal();
  }

  #sendLocal(): void {
    const description = this.#connection.localDescription;
    if (description?.type === 'offer' || description?.type === 'answer') {
      this.#send({ type: description.type, sdp: description.sdp });
    }
  }
}
