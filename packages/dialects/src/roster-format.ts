import {
  DisplayName,
  MediaKind,
  MessageId,
  type Participant,
  PeerId,
  Role,
  RoomId,
  UserId,
} from '@switchboard/protocol';
import { z } from 'zod';

/** What a client had been told of one room. */
export interface RecalledRoom {
  readonly roomId: RoomId;
  readonly participants: readonly Participant[];
  /** How many chat messages the room had seen, and the last one that the client was told. */
  readonly count: number;
  readonly last: MessageId | null;
}

/** What a client keeps for us goes with every change of a room, so it is short. */
const formatLength = 1_024;

/** Without the people's names, if there are too many; empty if that is too much as well. */
export function formatRoster(rooms: readonly RecalledRoom[]): string {
  for (const member of [namedMember, bareMember]) {
    const text = JSON.stringify(
      rooms.map(({ roomId, count, last, participants }) => [
        roomId,
        count,
        last,
        participants.map(member),
      ]),
    );
    if (text.length <= formatLength) return text;
  }
  return '';
}

type Named = Pick<Participant, 'peerId' | 'media' | 'userId' | 'name' | 'role'>;

const namedMember = ({ peerId, media, userId, name, role }: Named) => [
  peerId,
  MediaKind.options.map((kind) => Number(media[kind])).join(''),
  userId ?? null,
  name ?? null,
  role ?? null,
];

const bareMember = ({ peerId, media }: Named) => namedMember({ peerId, media });

/** In the order of `MediaKind.options`, 1 for each that is on. */
const Media = z.string().regex(/^[01]{3}$/);

const Member = z
  .tuple([PeerId, Media, UserId.nullable(), DisplayName.nullable(), Role.nullable()])
  .transform(
    ([peerId, media, userId, name, role]): Participant => ({
      peerId,
      ...(userId !== null && { userId }),
      ...(name !== null && { name }),
      ...(role !== null && { role }),
      media: parseMedia(media),
      connected: false,
      seat: 1,
      joinedAt: 0,
    }),
  );

function parseMedia(bits: string): Participant['media'] {
  const isOn = (kind: MediaKind) => bits[MediaKind.options.indexOf(kind)] === '1';
  return { camera: isOn('camera'), microphone: isOn('microphone'), screen: isOn('screen') };
}

const Format = z.array(
  z
    .tuple([RoomId, z.int().min(0), MessageId.nullable(), z.array(Member)])
    .transform(([roomId, count, last, participants]): [RoomId, RecalledRoom] => [
      roomId,
      { roomId, count, last, participants },
    ]),
);

/** Only itself is told by what a client brings along, so it need not be believed, just bounded. */
export function parseRoster(text: string | null): Map<RoomId, RecalledRoom> {
  if (!text || text.length > formatLength) return new Map();
  try {
    return new Map(Format.parse(JSON.parse(text)));
  } catch {
    return new Map();
  }
}
