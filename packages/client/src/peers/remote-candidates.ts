import type { PeerConnectionPort } from './rtc.ts';

/** Candidates kept for a description that has not come; more than that is no accident. */
const capacity = 256;

/**
 * ICE candidates of the other side. The cluster does not promise that they come after the
 * description they belong to, so one that cannot be added yet is tried once more after the next.
 */
export class RemoteCandidates {
  readonly #connection: PeerConnectionPort;
  #early: (RTCIceCandidateInit | null)[] = [];

  constructor(connection: PeerConnectionPort) {
    this.#connection = connection;
  }

  /** @param isIgnored whether it may belong to an offer that was ignored, and is not missed then. */
  async add(candidate: RTCIceCandidateInit | null, isIgnored: boolean): Promise<void> {
    const added = this.#connection.remoteDescription && (await this.#tryToAdd(candidate));
    if (!added && !isIgnored && this.#early.length < capacity) this.#early.push(candidate);
  }

  /** A description of the other side has been set. */
  async flush(): Promise<void> {
    for (const candidate of this.#early.splice(0)) await this.#tryToAdd(candidate);
  }

  /** Fails for a candidate of a generation that no description so far has named. */
  async #tryToAdd(candidate: RTCIceCandidateInit | null): Promise<boolean> {
    try {
      await this.#connection.addIceCandidate(candidate);
      return true;
    } catch {
      return false;
    }
  }
}
