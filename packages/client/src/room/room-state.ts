import type {
  EventPayload,
  Incarnation,
  LeaveReason,
  Participant,
  PeerId,
  RoomSnapshot,
  RoomStatus,
} from '@switchboard/protocol';
import { isSameMedia } from './media.ts';

/** `unknown`: the departure itself was missed, only the absence is known. */
export type DepartureReason = LeaveReason | 'unknown';

/** One way in which a room differs from what it was. */
export type RoomDifference =
  | { readonly type: 'joined'; readonly participant: Participant }
  | {
      readonly type: 'left';
      readonly participant: Participant;
      readonly reason: DepartureReason;
    }
  | {
      readonly type: 'updated';
      readonly participant: Participant;
      readonly previous: Participant;
    };

/**
 * What a client knows of one room: a snapshot, kept up to date by events. Every method returns
 * what it changed, in an order in which it can be told: who left, who joined, who changed.
 *
 * A client is not told of its own changes, so revisions are compared but never counted: there
 * may be a step between two events without anything having been missed.
 */
export class RoomState {
  #incarnation: Incarnation;
  #rev: number;
  #capacity: number;
  #progress: RoomProgress;
  #participants: Map<PeerId, Participant>;
  /** Still listed, but absent from the snapshot that began this incarnation. */
  readonly #missing = new Set<PeerId>();

  constructor(snapshot: RoomSnapshot) {
    const { incarnation, rev, capacity, participants } = snapshot;
    this.#progress = progressOf(snapshot);
    this.#incarnation = incarnation;
    this.#rev = rev;
    this.#capacity = capacity;
    this.#participants = byPeerId(participants);
  }

  get incarnation(): Incarnation {
    return this.#incarnation;
  }

  get rev(): number {
    return this.#rev;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get participants(): ReadonlyMap<PeerId, Participant> {
    return this.#participants;
  }

  get status(): RoomStatus {
    return this.#progress.status;
  }

  /** Epoch milliseconds; null while the room waits. */
  get startedAt(): number | null {
    return this.#progress.startedAt;
  }

  get hasMissing(): boolean {
    return this.#missing.size > 0;
  }

  joined(event: EventPayload<'participant:joined'>): RoomDifference[] {
    if (!this.advance(event)) return [];
    const { participant } = event;
    const differences = between(this.#participants.get(participant.peerId), participant);
    this.#missing.delete(participant.peerId);
    this.#participants.set(participant.peerId, participant);
    return differences;
  }

  left(event: EventPayload<'participant:left'>): RoomDifference[] {
    if (!this.advance(event)) return [];
    return this.#remove(event.peerId, event.reason);
  }

  updated(event: EventPayload<'participant:updated'>): RoomDifference[] {
    if (!this.advance(event)) return [];
    const { peerId, media, instance } = event;
    return this.#patch(peerId, { media, ...(instance !== undefined && { instance }) });
  }

  reconnecting(event: EventPayload<'participant:reconnecting'>): RoomDifference[] {
    return this.advance(event) ? this.#patch(event.peerId, { connected: false }) : [];
  }

  reconnected(event: EventPayload<'participant:reconnected'>): RoomDifference[] {
    return this.advance(event) ? this.#patch(event.peerId, { connected: true }) : [];
  }

  /** @returns whether that is news. */
  started(event: EventPayload<'room:started'>): boolean {
    if (!this.advance(event)) return false;
    this.#progress = { status: 'in-progress', startedAt: event.startedAt };
    return true;
  }

  /** Nobody is in it any more. */
  ended(): void {
    this.#progress = { ...this.#progress, status: 'ended' };
  }

  /**
   * Takes over a snapshot, unless it is older than what is known.
   *
   * @param keepAbsent whether those whom the snapshot of a new incarnation lacks stay listed until
   * `dropMissing`: after the loss of the shared state a room is put together again by its members'
   * nodes, one after the other, and nobody has left it.
   */
  replace(snapshot: RoomSnapshot, keepAbsent: boolean): RoomDifference[] {
    const isNewLife = snapshot.incarnation !== this.#incarnation;
    if (!isNewLife && snapshot.rev < this.#rev) return [];
    this.#incarnation = snapshot.incarnation;
    this.#rev = snapshot.rev;
    this.#capacity = snapshot.capacity;
    this.#progress = progressOf(snapshot);
    const present = byPeerId(snapshot.participants);
    const gone: RoomDifference[] = [];
    for (const peerId of [...this.#participants.keys()]) {
      if (present.has(peerId)) this.#missing.delete(peerId);
      else if (isNewLife && keepAbsent) this.#missing.add(peerId);
      else if (!this.#missing.has(peerId)) gone.push(...this.#remove(peerId, 'unknown'));
    }
    const rest = [...present].flatMap(([peerId, participant]) => {
      const differences = between(this.#participants.get(peerId), participant);
      this.#participants.set(peerId, participant);
      return differences;
    });
    return [...gone, ...rest].toSorted((a, b) => order[a.type] - order[b.type]);
  }

  /** Those who have not turned up in the new incarnation are given up. */
  dropMissing(): RoomDifference[] {
    return [...this.#missing].flatMap((peerId) => this.#remove(peerId, 'unknown'));
  }

  /**
   * A change has been heard of.
   *
   * @returns whether it is one that was not known; an answer to a command is none: what has
   * happened before it may still be on its way.
   */
  advance({ incarnation, rev }: { incarnation: Incarnation; rev: number }): boolean {
    // A new incarnation begins with a snapshot; an event of another one is a straggler.
    if (incarnation !== this.#incarnation || rev <= this.#rev) return false;
    this.#rev = rev;
    return true;
  }

  #patch(peerId: PeerId, changes: Partial<Participant>): RoomDifference[] {
    const previous = this.#participants.get(peerId);
    if (!previous) return [];
    const participant = { ...previous, ...changes };
    this.#participants.set(peerId, participant);
    return [{ type: 'updated', participant, previous }];
  }

  #remove(peerId: PeerId, reason: DepartureReason): RoomDifference[] {
    const participant = this.#participants.get(peerId);
    if (!participant) return [];
    this.#missing.delete(peerId);
    this.#participants.delete(peerId);
    return [{ type: 'left', participant, reason }];
  }
}

interface RoomProgress {
  readonly status: RoomStatus;
  readonly startedAt: number | null;
}

const progressOf = ({ status, startedAt }: RoomSnapshot): RoomProgress => ({
  status,
  startedAt: startedAt ?? null,
});

const order = { left: 0, joined: 1, updated: 2 } as const satisfies Record<
  RoomDifference['type'],
  number
>;

const byPeerId = (participants: readonly Participant[]): Map<PeerId, Participant> =>
  new Map(participants.map((participant) => [participant.peerId, participant]));

function between(previous: Participant | undefined, participant: Participant): RoomDifference[] {
  if (!previous) return [{ type: 'joined', participant }];
  // Another time of joining means that the participant was out in between, and starts afresh.
  if (previous.joinedAt !== participant.joinedAt) {
    return [
      { type: 'left', participant: previous, reason: 'unknown' },
      { type: 'joined', participant },
    ];
  }
  return isSame(previous, participant) ? [] : [{ type: 'updated', participant, previous }];
}

const isSame = (a: Participant, b: Participant): boolean =>
  a.name === b.name &&
  a.seat === b.seat &&
  a.connected === b.connected &&
  a.instance === b.instance &&
  isSameMedia(a.media, b.media);
