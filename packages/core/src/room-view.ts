import type { Incarnation, NodeId, Participant, PeerId, RoomSnapshot } from '@switchboard/protocol';
import type {
  Member,
  RoomChange,
  RoomEvent,
  RoomOrigin,
  RoomPosition,
  RoomProgress,
  RoomRef,
  RoomState,
} from './ports/room-store.ts';

export type Applied =
  /** The view now is at the event's revision. */
  | 'applied'
  /** The view knew it already. */
  | 'stale'
  /** Something before it is missing: the room has to be read. */
  | 'gap';

/** Who is in a room and was not before, and the other way round. */
export interface RoomDifference {
  readonly joined: readonly Participant[];
  readonly left: readonly PeerId[];
  /** Those who are bound to another node than before, which was `from`. */
  readonly moved: readonly (Member & { readonly from: NodeId })[];
}

/**
 * What this node knows of one room: a copy that is kept by events and, when one was missed,
 * replaced by what was read. It decides nothing; who is in a room is decided by the store.
 */
export class RoomView {
  readonly room: RoomRef;
  #incarnation: Incarnation;
  #rev: number;
  #origin: RoomOrigin;
  #members: Map<PeerId, Member>;
  #messages: number;
  #annotations: number;
  /**
   * Members of an earlier incarnation that the present one does not name. When a room was lost
   * and is put together again, those whose nodes are slower have not left.
   */
  readonly #lingering = new Set<PeerId>();

  constructor(room: RoomRef, state: RoomState) {
    this.room = room;
    this.#incarnation = state.incarnation;
    this.#rev = state.rev;
    this.#origin = originOf(state);
    this.#members = membersOf(state);
    this.#messages = state.messages;
    this.#annotations = state.annotations;
  }

  get position(): RoomPosition {
    return { incarnation: this.#incarnation, rev: this.#rev };
  }

  get origin(): RoomOrigin {
    return this.#origin;
  }

  get hasEnded(): boolean {
    return this.#origin.progress.status === 'ended';
  }

  get hasLingering(): boolean {
    return this.#lingering.size > 0;
  }

  member(peerId: PeerId): Member | undefined {
    return this.#members.get(peerId);
  }

  /** The member with the lowest seat. */
  get first(): Member | undefined {
    let first: Member | undefined;
    for (const member of this.#members.values()) {
      if (!first || member.participant.seat < first.participant.seat) first = member;
    }
    return first;
  }

  /** All but one. */
  others(peerId: PeerId): Member[] {
    return [...this.#members.values()].filter(({ participant }) => participant.peerId !== peerId);
  }

  /** Whether everything up to that position has been seen. */
  hasReached({ incarnation, rev }: RoomPosition): boolean {
    return this.#incarnation === incarnation && this.#rev >= rev;
  }

  /** The room as clients see it, its participants in the order of their seats. */
  snapshot(): RoomSnapshot {
    const participants = Array.from(this.#members.values(), ({ participant }) => participant);
    const { capacity, progress, preparation } = this.#origin;
    return {
      roomId: this.room.roomId,
      incarnation: this.#incarnation,
      rev: this.#rev,
      capacity,
      status: progress.status,
      ...startOf(progress),
      ...(preparation?.appointmentId && { appointmentId: preparation.appointmentId }),
      // Those who are registered again after a loss come back in any order.
      participants: participants.sort((a, b) => a.seat - b.seat),
      messages: this.#messages,
      annotations: this.#annotations,
    };
  }

  /** Takes one change in, if it is the next one. */
  apply(event: RoomEvent): Applied {
    if (event.incarnation !== this.#incarnation) return 'gap';
    if (event.rev <= this.#rev) return 'stale';
    if (event.rev > this.#rev + 1) return 'gap';
    this.#rev = event.rev;
    this.#change(event.change);
    return 'applied';
  }

  /**
   * Takes over what was read from the store. Of another incarnation, nobody who is absent has
   * left yet: see `dropLingering`.
   *
   * @returns null when the view is not older than that.
   */
  replace(state: RoomState): RoomDifference | null {
    const isSame = state.incarnation === this.#incarnation;
    if (isSame && state.rev <= this.#rev) return null;
    const former = this.#members;
    this.#members = membersOf(state);
    for (const peerId of this.#members.keys()) this.#lingering.delete(peerId);
    const absent = [...former].filter(([peerId]) => !this.#members.has(peerId));
    for (const [peerId, member] of absent) {
      if (isSame && !this.#lingering.has(peerId)) continue;
      this.#members.set(peerId, member);
      this.#lingering.add(peerId);
    }
    this.#incarnation = state.incarnation;
    this.#rev = state.rev;
    this.#origin = originOf(state);
    this.#messages = state.messages;
    this.#annotations = state.annotations;
    const joined = state.members.filter(({ participant }) => !former.has(participant.peerId));
    const left = absent.filter(([peerId]) => !this.#lingering.has(peerId));
    return {
      joined: joined.map(({ participant }) => participant),
      left: left.map(([peerId]) => peerId),
      moved: state.members.flatMap((member) => {
        const from = former.get(member.participant.peerId)?.node;
        return from !== undefined && from !== member.node ? [{ ...member, from }] : [];
      }),
    };
  }

  /** Those who have not been registered in time have left. @returns who they were. */
  dropLingering(): PeerId[] {
    const left = [...this.#lingering];
    for (const peerId of left) this.#members.delete(peerId);
    this.#lingering.clear();
    return left;
  }

  #change(change: RoomChange): void {
    switch (change.type) {
      case 'joined': {
        const { peerId } = change.member.participant;
        this.#lingering.delete(peerId);
        this.#members.set(peerId, change.member);
        return;
      }
      case 'left':
        this.#lingering.delete(change.peerId);
        this.#members.delete(change.peerId);
        return;
      case 'updated': {
        const { media, instance } = change;
        this.#amend(change.peerId, { participant: { media, ...(instance && { instance }) } });
        return;
      }
      case 'detached':
        this.#amend(change.peerId, { participant: { connected: false } });
        return;
      case 'rebound': {
        const { node, epoch } = change;
        this.#amend(change.peerId, { participant: { connected: true }, place: { node, epoch } });
        return;
      }
      case 'started': {
        const { startedAt } = change;
        this.#origin = { ...this.#origin, progress: { status: 'in-progress', startedAt } };
        return;
      }
      case 'ended': {
        const { endedAt } = change;
        const { startedAt = null } = startOf(this.#origin.progress);
        this.#origin = { ...this.#origin, progress: { status: 'ended', startedAt, endedAt } };
        this.#members.clear();
        this.#lingering.clear();
        return;
      }
      case 'message-sent':
        this.#messages += 1;
        return;
      case 'annotation-put':
      case 'annotation-removed':
        this.#annotations = change.annotations;
    }
  }

  #amend(
    peerId: PeerId,
    change: { participant: Partial<Participant>; place?: Pick<Member, 'node' | 'epoch'> },
  ): void {
    const member = this.#members.get(peerId);
    if (!member) return;
    const participant = { ...member.participant, ...change.participant };
    this.#members.set(peerId, { ...member, ...change.place, participant });
  }
}

/** A stored room as clients see it. */
export function snapshotOf(room: RoomRef, state: RoomState): RoomSnapshot {
  return new RoomView(room, state).snapshot();
}

const membersOf = ({ members }: RoomState): Map<PeerId, Member> =>
  new Map(members.map((member) => [member.participant.peerId, member]));

const originOf = (state: RoomState): RoomOrigin => {
  const { capacity, duplicates, progress, createdAt, preparation } = state;
  return { capacity, duplicates, progress, createdAt, preparation };
};

/** When a room has begun, for as long as it can be said. */
const startOf = (progress: RoomProgress): { startedAt?: number } =>
  progress.status === 'waiting' || progress.startedAt === null
    ? {}
    : { startedAt: progress.startedAt };
