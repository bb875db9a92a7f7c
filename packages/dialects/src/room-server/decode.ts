import { parseInput, type RoomId, SignalingError } from '@switchboard/protocol';
import { currentRoom, requireRoom, roomWith } from '../current-room.ts';
import type { Decode, Link } from '../dialect.ts';
import { introduce } from '../introduce.ts';
import { comingWith } from '../media.ts';
import { type JsonObject, type NegotiationKind, toCanonical } from '../signal-shape.ts';
import { isoNow } from '../times.ts';
import { JoinRoom, Message, Negotiation } from './schemas.ts';
import { newMessage } from './words.ts';

const joinRoom: Decode = async (link, args) => {
  const joining = JoinRoom.safeParse(args.slice(0, 2));
  if (!joining.success) {
    throw new SignalingError('invalid_argument', { message: 'Room ID and User ID are required' });
  }
  const [roomId, userId] = joining.data;
  await introduce(link, { userId });
  // In one room at a time: those left behind are told so.
  await leaveOthers(link, roomId);
  await link.execute(
    'room:join',
    { roomId, media: comingWith, duplicates: 'allow' },
    ({ room }) => {
      const users = room.participants.map((each) => ({
        userId: each.userId ?? each.peerId,
        socketId: each.peerId,
      }));
      link.emit('room-joined', { roomId, userId, users, timestamp: isoNow() });
    },
  );
};

async function leaveOthers(link: Link, roomId: RoomId): Promise<void> {
  const room = currentRoom(link);
  if (room && room.roomId !== roomId) await link.execute('room:leave', { roomId: room.roomId });
}

/** Each goes to its target as it is, with `from` added. */
const negotiate =
  (kind: NegotiationKind, key: string): Decode =>
  (link, [payload]) => {
    const { target } = parseInput(Negotiation, payload);
    const { kind: sent, data } = toCanonical('room-server', payload as JsonObject, {
      kind,
      keys: [key, 'sdp', 'description'],
    });
    return link.execute('signal', { roomId: roomWith(link, target), to: target, kind: sent, data });
  };

/** To everybody in the room, the sender included, who gets it last of all. */
const sendMessage: Decode = (link, [payload]) => {
  const { roomId } = requireRoom(link);
  const text = Message.safeParse(payload).data?.message;
  if (!text) throw new SignalingError('invalid_argument', { message: 'Message is required' });
  const messageId = crypto.randomUUID();
  return link.execute('chat:send', { roomId, messageId, text }, ({ message }) =>
    link.emit('new-message', newMessage(roomId, message)),
  );
};

const type =
  (isTyping: boolean): Decode =>
  (link) =>
    link.execute('chat:typing', { roomId: requireRoom(link).roomId, isTyping });

export const decode: Readonly<Record<string, Decode>> = {
  'join-room': joinRoom,
  offer: negotiate('offer', 'offer'),
  answer: negotiate('answer', 'answer'),
  'ice-candidate': negotiate('candidate', 'candidate'),
  'send-message': sendMessage,
  'typing-start': type(true),
  'typing-stop': type(false),
  ping: (link) => link.emit('pong', { timestamp: Date.now() }),
};
