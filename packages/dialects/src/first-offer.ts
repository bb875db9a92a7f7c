import type { Participant, PeerId, RoomSnapshot } from '@switchboard/protocol';

/** What a newcomer is told of a room that it has come into. */
export interface Reception {
  /** The room with those whom it is to find there. */
  readonly found: RoomSnapshot;
  /** Those whom it is to take for people who have come after it. */
  readonly later: readonly Participant[];
}

/**
 * Clients of older protocols offer, or wait, by who was there and who has come, and cannot do
 * otherwise. Who was there has been told the truth, and acts on it (SPEC 4.7). A newcomer of
 * another convention would do the same, so that both offered, or neither; told the two the other
 * way round, it does what is left for it to do.
 *
 * @param known whom the newcomer has been told of before, who are not introduced to it again.
 */
export function receive(
  room: RoomSnapshot,
  { peerId: self, known }: { peerId: PeerId; known: ReadonlyMap<PeerId, unknown> },
): Reception {
  const { participants } = room;
  const own = conventionOf(participants.find(({ peerId }) => peerId === self));
  const isLater = (each: Participant) => conventionOf(each) !== own && !known.has(each.peerId);
  const found = participants.filter((each) => !isLater(each));
  return { found: { ...room, participants: found }, later: participants.filter(isLater) };
}

const conventionOf = (participant?: Participant) => participant?.firstOffer ?? 'present';
