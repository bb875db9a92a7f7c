import type { MediaState, Participant, PeerId } from '@switchboard/protocol';
import { findSelf, type Joined } from './join.ts';
import { isSameMedia } from './media.ts';

/** A client's own part in a room: who it is there, who it has been, and what it sends. */
export class OwnPart {
  /** Every peer id this client has had in the room. */
  readonly #peerIds = new Set<PeerId>();
  /** As the last join had it: the room may come to lack it for a while. */
  #participant: Participant;
  #media: MediaState;
  #acknowledged: MediaState;

  constructor(joined: Joined) {
    this.#participant = findSelf(joined);
    this.#peerIds.add(joined.peerId);
    this.#media = this.#participant.media;
    this.#acknowledged = this.#participant.media;
  }

  get peerId(): PeerId {
    return this.#participant.peerId;
  }

  /** What the others are to know: they have been told, or will be when they can be. */
  get media(): MediaState {
    return this.#media;
  }

  /** Whether the others have yet to be told. */
  get isBehind(): boolean {
    return !isSameMedia(this.#acknowledged, this.#media);
  }

  /** Whether that is this client, or was. */
  isOneself(peerId: PeerId): boolean {
    return this.#peerIds.has(peerId);
  }

  /** @param listed what the room has; nobody tells a client of its own media, so that may be old. */
  asParticipant(listed: Participant | undefined): Participant {
    return { ...(listed ?? this.#participant), media: this.#media };
  }

  /** This client wants to send something else, and cannot say so yet. */
  want(media: Partial<MediaState>): void {
    this.#media = { ...this.#media, ...media };
  }

  /** The cluster has it, and tells the others. */
  acknowledge(media: MediaState): void {
    this.#media = media;
    this.#acknowledged = media;
  }

  /** The room was entered again. What was wanted meanwhile is still wanted. */
  comeBack(joined: Joined): void {
    this.#participant = findSelf(joined);
    this.#peerIds.add(joined.peerId);
    this.#acknowledged = this.#participant.media;
  }
}
