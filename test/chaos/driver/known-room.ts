import type { EventName, EventPayload, RoomSnapshot } from '@switchboard/protocol';
import type { ClientRecord } from './client-record.ts';

type Change = Pick<EventPayload<'participant:left'>, 'incarnation' | 'rev'>;

/** Events that tell of one change of a room. */
type ChangeName = Extract<EventName, `participant:${string}`>;

/**
 * What a client knows of its room from what it was told. Whoever disappears from it, by an event
 * or out of a snapshot, has left as far as this client can tell.
 */
export class KnownRoom {
  readonly #record: ClientRecord;
  /** Peer id of everybody in the room -> whether their connection is there. */
  readonly #participants = new Map<string, boolean>();
  #incarnation = '';
  #rev = 0;

  constructor(record: ClientRecord) {
    this.#record = record;
  }

  /** Everybody in the room, sorted; those whose connection is lost with a `?`. */
  get roster(): readonly string[] {
    return rosterOf([...this.#participants].map(([peerId, connected]) => ({ peerId, connected })));
  }

  get size(): number {
    return this.#participants.size;
  }

  others(self: string): readonly string[] {
    return [...this.#participants.keys()].filter((peerId) => peerId !== self);
  }

  /** The answer to a join, or `room:state`. */
  replace({ incarnation, rev, participants }: RoomSnapshot): void {
    const present = new Set<string>(participants.map(({ peerId }) => peerId));
    // Of a room that was lost and is being put together again, absence does not mean departure.
    const absence = incarnation === this.#incarnation ? 'vanished' : 'not back yet';
    for (const peerId of this.#participants.keys()) {
      if (!present.has(peerId)) this.#record.note(absence, peerId);
    }
    if (incarnation === this.#incarnation && rev < this.#rev) {
      this.#record.note('went back', `room:state ${rev} after ${this.#rev}`);
    }
    this.#participants.clear();
    for (const { peerId, connected } of participants) this.#participants.set(peerId, connected);
    this.#incarnation = incarnation;
    this.#rev = rev;
  }

  joined(event: EventPayload<'participant:joined'>): void {
    this.#advance('participant:joined', event);
    this.#participants.set(event.participant.peerId, event.participant.connected);
  }

  left(event: EventPayload<'participant:left'>): void {
    this.#advance('participant:left', event);
    this.#participants.delete(event.peerId);
  }

  connection(
    name: 'participant:reconnecting' | 'participant:reconnected',
    event: EventPayload<typeof name>,
  ): void {
    this.#advance(name, event);
    this.#participants.set(event.peerId, name === 'participant:reconnected');
  }

  /** SPEC 3.7: changes come in the order of `rev`, and none twice. */
  #advance(name: ChangeName, { incarnation, rev }: Change): void {
    if (incarnation !== this.#incarnation) {
      this.#record.note('another incarnation', `${name} of ${incarnation} at ${rev}`);
    } else if (rev <= this.#rev) {
      this.#record.note('went back', `${name} ${rev} after ${this.#rev}`);
    }
    this.#incarnation = incarnation;
    this.#rev = rev;
  }
}

/** Participants as a line that can be compared. */
export const rosterOf = (
  participants: readonly { readonly peerId: string; readonly connected: boolean }[],
): readonly string[] =>
  participants.map(({ peerId, connected }) => (connected ? peerId : `${peerId}?`)).sort();
