import {
  type ChatMessage,
  type EventName,
  type EventPayload,
  MediaKind,
  type MediaState,
  type Participant,
  type PeerId,
  type RoomId,
  type RoomSnapshot,
} from '@switchboard/protocol';
import { ChatLog } from './chat-log.ts';
import { formatRoster, parseRoster, type RecalledRoom } from './roster-format.ts';

type Members = Map<PeerId, Participant>;

type Follower = { readonly [K in EventName]?: (payload: EventPayload<K>) => void };

/** A participant event that a comparison of two states of a room has come to. */
export type Difference =
  | ['participant:joined', EventPayload<'participant:joined'>]
  | ['participant:left', EventPayload<'participant:left'>]
  | ['participant:updated', EventPayload<'participant:updated'>];

/**
 * What one client has been told of the rooms it is in. A client that comes back, maybe on another
 * node, brings it along in short form (`format`), so that it is told what has happened meanwhile.
 */
export class Roster {
  readonly rooms = new Map<RoomId, Members>();
  readonly #chats = new Map<RoomId, ChatLog>();
  /** Changes whenever what `format` says may have. */
  version = 0;
  /** Whom the client is being told the leaving of: it is not to bring them along any more. */
  #leaving: PeerId | null = null;
  /** What a client said on coming back that it knew, by room. */
  readonly #recalled: Map<RoomId, RecalledRoom>;

  constructor(recalled: string | null = null) {
    this.#recalled = parseRoster(recalled);
  }

  enter({ roomId, participants, messages: count }: RoomSnapshot): void {
    this.rooms.set(roomId, byPeer(participants));
    if (!this.#chats.has(roomId)) {
      this.#chats.set(roomId, new ChatLog({ count, since: latestOf(participants) }));
    }
    this.version += 1;
  }

  leave(roomId: RoomId): void {
    this.rooms.delete(roomId);
    this.#chats.delete(roomId);
    this.version += 1;
  }

  /** @returns whether the client is to be told of the message. */
  takeMessage(roomId: RoomId, message: ChatMessage): boolean {
    this.version += 1;
    return this.#chats.get(roomId)?.take(message) ?? true;
  }

  /** Whether a room has seen messages that the client has not been told. */
  hasMissed({ roomId, messages }: RoomSnapshot): boolean {
    return messages > (this.#chats.get(roomId)?.count ?? messages);
  }

  /** @returns what the client is to be told of what a room keeps. */
  catchUp({ roomId, messages }: RoomSnapshot, history: readonly ChatMessage[]): ChatMessage[] {
    this.version += 1;
    return this.#chats.get(roomId)?.catchUp(history, messages) ?? [];
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
      this.version += 1;
    },
    'participant:left': ({ peerId }) => {
      this.#leaving = peerId;
      this.version += 1;
    },
  };

  /** What is taken in afterwards: who goes is named, and so has to be known until then. */
  readonly after: Follower = {
    'participant:left': ({ roomId, peerId }) => {
      this.rooms.get(roomId)?.delete(peerId);
      this.#leaving = null;
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
    return formatRoster(
      [...this.rooms].map(([roomId, members]) => {
        const chat = this.#chats.get(roomId);
        const stay = [...members.values()].filter(({ peerId }) => peerId !== this.#leaving);
        return { roomId, participants: stay, count: chat?.count ?? 0, last: chat?.last ?? null };
      }),
    );
  }

  /** The room as a client knew it that has come back. */
  #recall(room: RoomSnapshot): Members {
    const { roomId, participants, messages } = room;
    const recalled = this.#recalled.get(roomId);
    this.#recalled.delete(roomId);
    const present = byPeer(participants);
    const { count = messages, last = null } = recalled ?? {};
    const members = recalled
      ? byPeer(recalled.participants.map((each) => ({ ...each, ...known(present, each) })))
      : present;
    this.rooms.set(roomId, members);
    this.#chats.set(roomId, new ChatLog({ count, last, since: latestOf([...members.values()]) }));
    return members;
  }
}

/** Somebody who is still there, with the media that the client knew. */
const known = (present: Members, { peerId, media }: Participant): Partial<Participant> => ({
  ...present.get(peerId),
  media,
});

/** When the last of them came, who may be the client itself. */
const latestOf = (participants: readonly Participant[]): number =>
  participants.reduce((latest, { joinedAt }) => Math.max(latest, joinedAt), 0);

const byPeer = (participants: readonly Participant[]): Members =>
  new Map(participants.map((participant) => [participant.peerId, participant]));

const differing = (a: MediaState, b: MediaState): MediaKind[] =>
  MediaKind.options.filter((kind) => a[kind] !== b[kind]);
