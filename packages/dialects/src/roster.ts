import {
  DisplayName,
  type EventName,
  type EventPayload,
  MediaKind,
  type MediaState,
  type Participant,
  PeerId,
  Role,
  RoomId,
  type RoomSnapshot,
  silentMedia,
  UserId,
} from '@switchboard/protocol';
import { z } from 'zod';

type Members = Map<PeerId, Participant>;

type Follower = { readonly [K in EventName]?: (payload: EventPayload<K>) => void };

/** A participant event that a comparison of two states of a room has come to. */
export type Difference =
  | ['participant:joined', EventPayload<'participant:joined'>]
  | ['participant:left', EventPayload<'participant:left'>]
  | ['participant:updated', EventPayload<'participant:updated'>];

/**
 * What one client has been told of the rooms it is in. A client that comes back, maybe on another
 * node, brings it along in short form (`format`), so that it is told who has gone meanwhile.
 */
export class Roster {
  readonly rooms = new Map<RoomId, Members>();
  /** Changes whenever what `format` says may have. */
  version = 0;
  /** What a client said on coming back that it knew, by room. */
  readonly #recalled: Map<RoomId, readonly Participant[]>;

  constructor(recalled: string | null = null) {
    this.#recalled = parse(recalled);
  }

  enter({ roomId, participants }: RoomSnapshot): void {
    this.rooms.set(roomId, byPeer(participants));
    this.version += 1;
  }

  leave(roomId: RoomId): void {
    this.rooms.delete(roomId);
    this.version += 1;
  }

  /** What is taken in before a client is told: it is then told of the room as it is. */
  readonly before: Follower = {
    'participant:joined': ({ roomId, participant }) => {
      this.rooms.get(roomId)?.set(participant.peerId, participant);
      this.version += 1;
    },
    'participant:updated': ({ roomId, peerId, media }) => {
      const members = this.rooms.get(roomId);
      const participant = members?.get(peerId);
      if (participant) members?.set(peerId, { ...participant, media });
    },
  };

  /** What is taken in afterwards: who goes is named, and so has to be known until then. */
  readonly after: Follower = {
    'participant:left': ({ roomId, peerId }) => {
      this.rooms.get(roomId)?.delete(peerId);
      this.version += 1;
    },
    'membership:ended': ({ roomId }) => this.leave(roomId),
    'room:ended': ({ roomId }) => this.leave(roomId),
  };

  /**
   * What has happened between what the client knows and a state of the room. It is not taken in
   * yet. Of a room that nobody knows what the client knows of, it is taken to know all.
   */
  compare(room: RoomSnapshot): Difference[] {
    const { roomId, incarnation, rev, participants } = room;
    const known = this.rooms.get(roomId) ?? this.#recall(room);
    const at = { roomId, incarnation, rev };
    const present = byPeer(participants);
    const differences: Difference[] = [];
    for (const peerId of known.keys()) {
      if (present.has(peerId)) continue;
      differences.push(['participant:left', { ...at, peerId, reason: 'disconnected' }]);
    }
    for (const participant of participants) {
      const { peerId, media } = participant;
      const before = known.get(peerId);
      if (!before) differences.push(['participant:joined', { ...at, participant }]);
      const named = before ? differing(before.media, media) : [];
      if (named.length > 0) {
        differences.push(['participant:updated', { ...at, peerId, media, named }]);
      }
    }
    return differences;
  }

  /** For the client to bring along; empty if there is too much of it. */
  format(): string {
    const rooms = [...this.rooms].map(([roomId, members]) => [
      roomId,
      [...members.values()].map(({ peerId, userId = null, name = null, role = null }) => [
        peerId,
        userId,
        name,
        role,
      ]),
    ]);
    const text = JSON.stringify(rooms);
    return text.length <= formatLength ? text : '';
  }

  /** The room as a client knew it that has come back; media it is taken to know as they are. */
  #recall(room: RoomSnapshot): Members {
    const recalled = this.#recalled.get(room.roomId);
    this.#recalled.delete(room.roomId);
    const present = byPeer(room.participants);
    const members = recalled
      ? byPeer(recalled.map((each) => present.get(each.peerId) ?? each))
      : present;
    this.rooms.set(room.roomId, members);
    return members;
  }
}

/** What a client keeps for us goes with every change of a room, so it is short. */
const formatLength = 1_024;

const Format = z.array(
  z.tuple([
    RoomId,
    z.array(
      z.tuple([PeerId, UserId.nullable(), DisplayName.nullable(), Role.nullable()]).transform(
        ([peerId, userId, name, role]): Participant => ({
          peerId,
          ...(userId !== null && { userId }),
          ...(name !== null && { name }),
          ...(role !== null && { role }),
          media: silentMedia,
          connected: false,
          seat: 1,
          joinedAt: 0,
        }),
      ),
    ),
  ]),
);

/** Only itself is told by what a client brings along, so it need not be believed, just bounded. */
function parse(text: string | null): Map<RoomId, readonly Participant[]> {
  if (!text || text.length > formatLength) return new Map();
  try {
    return new Map(Format.parse(JSON.parse(text)));
  } catch {
    return new Map();
  }
}

const byPeer = (participants: readonly Participant[]): Members =>
  new Map(participants.map((participant) => [participant.peerId, participant]));

const differing = (a: MediaState, b: MediaState): MediaKind[] =>
  MediaKind.options.filter((kind) => a[kind] !== b[kind]);
