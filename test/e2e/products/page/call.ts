/** How a product says the three things of which a negotiation is made. */
export interface Words {
  offer(description: RTCSessionDescription): void;
  answer(description: RTCSessionDescription): void;
  candidate(candidate: RTCIceCandidate): void;
}

/**
 * The part of a product's page that is the browser's, and so the same in all of them: a call with
 * one other. Two of one product never both offer, and so these pages have no answer to that.
 */
export class Call {
  readonly connection = new RTCPeerConnection();
  readonly #onFault: (fault: unknown) => void;
  #words: Words | undefined;
  /** One step after the other, as they come. */
  #work: Promise<void>;

  constructor(onFault: (fault: unknown) => void) {
    this.#onFault = onFault;
    this.#work = this.#open();
    this.connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate) this.#words?.candidate(candidate);
    });
  }

  speaks(words: Words): void {
    this.#words = words;
  }

  offer(): void {
    this.#do(() => this.#describe());
  }

  /** An offer or answer of the other one. */
  describe(description: RTCSessionDescriptionInit): void {
    this.#do(async () => {
      const isOffer = description.type === 'offer';
      // Browsers of today would take their own offer back by themselves; older ones refuse.
      if (isOffer && this.connection.signalingState !== 'stable') throw new Error('both offer');
      await this.connection.setRemoteDescription(description);
      if (isOffer) await this.#describe();
    });
  }

  /** A candidate of the other one. */
  reach(candidate: RTCIceCandidateInit): void {
    this.#do(() => this.connection.addIceCandidate(candidate));
  }

  /** The other one has gone. */
  end(): void {
    this.connection.close();
    document.documentElement.dataset['call'] = 'over';
  }

  async #open(): Promise<void> {
    const [own, other] = document.querySelectorAll('video');
    if (!own || !other) throw new Error('the page has no place for the pictures');
    this.connection.addEventListener('track', ({ streams: [stream] }) => {
      other.srcObject = stream ?? null;
    });
    // Small, because a test machine makes and shows the pictures of both sides.
    const video = { width: 160, height: 120 };
    const stream = await navigator.mediaDevices.getUserMedia({ video, audio: true });
    own.srcObject = stream;
    for (const track of stream.getTracks()) this.connection.addTrack(track, stream);
  }

  async #describe(): Promise<void> {
    await this.connection.setLocalDescription();
    const { localDescription } = this.connection;
    if (localDescription?.type === 'offer') this.#words?.offer(localDescription);
    if (localDescription?.type === 'answer') this.#words?.answer(localDescription);
  }

  #do(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch(this.#onFault);
  }
}
