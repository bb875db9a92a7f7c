import { type Notice, subjectOf } from '@switchboard/core';
import type { Incarnation, Participant, PeerId, RoomId, RoomSnapshot } from '@switchboard/protocol';
import { expect } from 'vitest';
import { amend, type History } from './history.ts';

/** A room as a client believes it to be. */
export interface BelievedRoom {
  readonly incarnation: Incarnation;
  readonly rev: number;
  readonly participants: ReadonlyMap<PeerId, Participant>;
}

type Change = Exclude<Extract<Notice, { rev: number }>, { type: 'room-ended' }>;
type Ended = Extract<Notice, { type: 'room-ended' }>;
type Signal = Extract<Notice, { type: 'signal' }>;
type FromPeer = Extract<Notice, { from: PeerId }>;

/**
 * What a client makes of its answers and events, as an SDK would: the snapshot of a join, changed
 * by events, replaced by a `room:state`. It complains of everything that no client could use.
 */
export class ModelClient {
  readonly peerId: PeerId;
  readonly rooms = new Map<RoomId, BelievedRoom>();
  /** Every signal that came, as `from room data`. */
  readonly signals: string[] = [];
  readonly failures: { readonly roomId: RoomId; readonly to: PeerId }[] = [];
  readonly #history: History;
  /** Connections that it has had. */
  #connections = 0;
  /**
   * Rooms of which it has not been shown the state since it is back. What it was told on the
   * former connection may not have reached it, so changes make no sense before that.
   */
  readonly #unsettled = new Set<RoomId>();

  constructor(peerId: PeerId, history: History) {
    this.peerId = peerId;
    this.#history = history;
  }

  /** A join has been answered. */
  entered(room: RoomSnapshot): void {
    const known = this.rooms.get(room.roomId);
    if (known?.incarnation === room.incarnation) {
      expect(room.rev, 'SPEC 3.1: shown less than before').toBeGreaterThanOrEqual(known.rev);
    }
    this.#takeOver(room);
  }

  /** A leave has been answered, or was given up. */
  left(roomId: RoomId): void {
    this.rooms.delete(roomId);
    this.#unsettled.delete(roomId);
  }

  /** Whether it has had a connection, and so knows its session. */
  get isKnown(): boolean {
    return this.#connections > 0;
  }

  /** A connection is there: what was answered on an earlier one is not known. */
  welcomed(): void {
    this.#connections += 1;
    for (const roomId of this.rooms.keys()) this.#unsettled.add(roomId);
  }

  told(notice: Notice): void {
    switch (notice.type) {
      case 'signal':
        this.#signalled(notice);
        return;
      case 'relayed':
      case 'typing':
        this.#expectIntroduced(notice);
        return;
      case 'signal-failed':
        this.failures.push(notice);
        return;
      case 'draining':
      case 'presence-changed':
      case 'call-changed':
        return;
      case 'membership-ended':
        throw new Error(`SPEC 3.10: ${this.peerId} is replaced, and is nobody's double`);
      case 'room-ended':
        this.#ended(notice);
        return;
      case 'room-state':
        this.#shown(notice.room);
        return;
      default:
        this.#changed(notice);
    }
  }

  /** Whoever was away is told when it is back, whatever it has missed before (SPEC 10.6). */
  #ended({ roomId, incarnation, rev }: Ended): void {
    if (!this.#mayHaveEntered(roomId)) this.#roomOf(roomId);
    const { change } = this.#history.at(incarnation, rev);
    expect(change.type, `SPEC 10.6: ${roomId} has not ended`).toBe('ended');
    this.left(roomId);
  }

  #signalled(signal: Signal): void {
    if (this.#mayHaveEntered(signal.roomId)) return;
    this.#expectIntroduced(signal);
    this.signals.push(`${signal.from} ${signal.roomId} ${signal.data}`);
  }

  #expectIntroduced({ roomId, from }: FromPeer): void {
    if (this.#mayHaveEntered(roomId)) return;
    const knows = this.#roomOf(roomId).participants.has(from) || this.#unsettled.has(roomId);
    expect(knows, `SPEC 4.4: ${this.peerId} has not been told of ${from}`).toBe(true);
  }

  #shown(room: RoomSnapshot): void {
    if (this.#connections === 1) this.#roomOf(room.roomId);
    this.entered(room);
  }

  #takeOver(room: RoomSnapshot): void {
    this.#history.expectTrue(room);
    const participants = new Map(room.participants.map((each) => [each.peerId, each]));
    expect(participants.has(this.peerId), 'shown a room without itself').toBe(true);
    this.rooms.set(room.roomId, { ...room, participants });
    this.#unsettled.delete(room.roomId);
  }

  #changed(notice: Change): void {
    if (this.#mayHaveEntered(notice.roomId) || this.#unsettled.has(notice.roomId)) return;
    const known = this.#roomOf(notice.roomId);
    this.#expectNext(known, notice);
    const participants = new Map(known.participants);
    switch (notice.type) {
      case 'participant-joined':
        participants.set(notice.participant.peerId, notice.participant);
        break;
      case 'room-started':
        break;
      case 'participant-left':
        participants.delete(notice.peerId);
        break;
      case 'participant-updated':
        amend(participants, notice.peerId, { media: notice.media });
        break;
      case 'participant-reconnecting':
        amend(participants, notice.peerId, { connected: false });
        break;
      case 'participant-reconnected':
        amend(participants, notice.peerId, { connected: true });
    }
    this.rooms.set(notice.roomId, { ...known, rev: notice.rev, participants });
  }

  /** It must be the first change after what is known that the client did not make itself. */
  #expectNext(known: BelievedRoom, notice: Change): void {
    const what = `${notice.roomId} ${notice.rev} of ${this.peerId}`;
    expect(notice.incarnation, `SPEC 3.5: told of another life of the room: ${what}`).toBe(
      known.incarnation,
    );
    expect(notice.rev, `SPEC 3.7: told of what it knew: ${what}`).toBeGreaterThan(known.rev);
    expect(this.#history.at(notice.incarnation, notice.rev)).toMatchObject(contentOf(notice));
    for (let rev = known.rev + 1; rev <= notice.rev; rev++) {
      const isOwn = subjectOf(this.#history.at(notice.incarnation, rev).change) === this.peerId;
      // SPEC 5.4: of its own return it may be told, having been shown itself without a connection.
      if (isOwn && rev === notice.rev && notice.type === 'participant-reconnected') continue;
      expect(isOwn, `SPEC 3.6: told of its own, or not of another’s change: ${what}`).toBe(
        rev < notice.rev,
      );
    }
  }

  /** The answer to a join can be lost with a connection: the room is shown later. */
  #mayHaveEntered(roomId: RoomId): boolean {
    return this.#connections > 1 && !this.rooms.has(roomId);
  }

  #roomOf(roomId: RoomId): BelievedRoom {
    const room = this.rooms.get(roomId);
    if (!room) throw new Error(`SPEC 3.7: ${this.peerId} is told of ${roomId}, and is not in it`);
    return room;
  }
}

/** What of a notice must agree with what has happened. */
function contentOf(notice: Change): object {
  switch (notice.type) {
    case 'participant-joined':
      return { change: { type: 'joined', member: { participant: notice.participant } } };
    case 'room-started':
      return { change: { type: 'started', startedAt: notice.startedAt } };
    case 'participant-left':
      return { change: { type: 'left', peerId: notice.peerId, reason: notice.reason } };
    case 'participant-updated':
      return { change: { type: 'updated', peerId: notice.peerId, media: notice.media } };
    case 'participant-reconnecting':
      return { change: { type: 'detached', peerId: notice.peerId } };
    case 'participant-reconnected':
      return { change: { type: 'rebound', peerId: notice.peerId } };
    case 'message-sent':
      return { change: { type: 'message-sent', message: notice.message } };
    case 'annotation-changed':
      return { change: { type: 'annotation-put', annotation: notice.annotation } };
    case 'annotation-removed':
      return { change: { type: 'annotation-removed', id: notice.id } };
  }
}
