import type { RoomChange, RoomEvent } from '@switchboard/core';
import type { Incarnation, Participant, PeerId, RoomSnapshot } from '@switchboard/protocol';
import { expect } from 'vitest';

/** All that has ever happened in the rooms of the cluster, as nobody in it can know. */
export class History {
  /**
   * Whether what clients are shown must be true to the letter. A node that has lost its
   * subscription may not know that a room has ended and come into being again; it then takes it
   * for one that was lost, and for ten seconds shows those who were in it as being there still.
   */
  readonly isBinding: boolean;
  readonly #events = new Map<string, RoomEvent>();

  constructor({ isBinding }: { isBinding: boolean }) {
    this.isBinding = isBinding;
  }

  record(event: RoomEvent): void {
    this.#events.set(keyOf(event.incarnation, event.rev), event);
  }

  at(incarnation: Incarnation, rev: number): RoomEvent {
    const event = this.#events.get(keyOf(incarnation, rev));
    if (!event) throw new Error(`nothing has happened at ${incarnation}, ${rev}`);
    return event;
  }

  /** Whether a participant who once took that seat has gone since. */
  hasGone(incarnation: Incarnation, { peerId, seat }: Participant): boolean {
    return [...this.#events.values()].some(
      (event) =>
        event.incarnation === incarnation &&
        event.rev > seat &&
        (event.change.type === 'ended' ||
          (event.change.type === 'left' && event.change.peerId === peerId)),
    );
  }

  /** Checks that a client was shown a room as it was at that revision, to the letter. */
  expectTrue(room: RoomSnapshot): void {
    if (!this.isBinding) return;
    const participants = new Map<PeerId, Participant>();
    for (let rev = 1; rev <= room.rev; rev++) apply(participants, this.at(room.incarnation, rev));
    expect(room.participants).toEqual([...participants.values()]);
  }
}

function apply(participants: Map<PeerId, Participant>, event: RoomEvent): void {
  const { change } = event;
  if (change.type === 'joined') {
    participants.set(change.member.participant.peerId, change.member.participant);
  } else if (change.type === 'left') {
    participants.delete(change.peerId);
  } else if (change.type === 'ended') {
    participants.clear();
  } else if (!isOfRoom(change)) {
    amend(participants, change.peerId, amendmentOf(change));
  }
}

/** A change of the room or of what hangs on it, which leaves its participants as they are. */
type ChangeOfRoom = Extract<
  RoomChange,
  { type: 'started' | 'message-sent' | 'annotation-put' | 'annotation-removed' }
>;
const isOfRoom = (change: RoomChange): change is ChangeOfRoom =>
  change.type === 'started' ||
  change.type === 'message-sent' ||
  change.type === 'annotation-put' ||
  change.type === 'annotation-removed';

/** What a change that is neither a coming nor a going makes of a participant. */
function amendmentOf(
  change: Exclude<RoomChange, { type: 'joined' | 'left' | 'ended' } | ChangeOfRoom>,
): Partial<Participant> {
  return change.type === 'updated'
    ? { media: change.media }
    : { connected: change.type === 'rebound' };
}

/** Changes a participant, if it is there. */
export function amend(
  participants: Map<PeerId, Participant>,
  peerId: PeerId,
  amendment: Partial<Participant>,
): void {
  const participant = participants.get(peerId);
  if (participant) participants.set(peerId, { ...participant, ...amendment });
}

const keyOf = (incarnation: Incarnation, rev: number): string => `${incarnation} ${rev}`;
