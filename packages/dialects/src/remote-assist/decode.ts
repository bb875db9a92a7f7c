import {
  type Participant,
  type PeerId,
  parseInput,
  type RoomId,
  SignalingError,
  type UserId,
} from '@switchboard/protocol';
import type { Decode, Link } from '../dialect.ts';
import { comingWith } from '../media.ts';
import { type JsonObject, type NegotiationKind, toCanonical } from '../signal-shape.ts';
import { endCall, requestCall, respondToCall } from './calls.ts';
import { JoinCall, Negotiation, PutAnnotation, Self } from './schemas.ts';
import { bind, logOut, register, requireUser, roleOf, watchUnlisted } from './users.ts';
import { mark, nameOf, negotiationEvents, usersIn, usersOf } from './words.ts';

const joinCall: Decode = async (link, [payload]) => {
  const { callId, userId, role } = parseInput(JoinCall, payload);
  await bind(link, userId);
  // One who has made the call is of it, before coming into its room.
  const record = await link.directory.record(callId);
  const named = record ? usersOf(record) : [];
  const present = usersIn(record?.participants ?? []);
  let met: readonly Participant[] = [];
  const join = { roomId: callId, role, media: comingWith, duplicates: 'allow' } as const;
  await link.execute('room:join', join, ({ room: { participants } }) => {
    const found = usersIn(participants);
    // Whoever is there and not to be found is told of behind it, as somebody who comes.
    const isLater = (user: string) => present.includes(user) && !found.includes(user);
    const users = new Set([...named.filter((each) => !isLater(each)), ...found]);
    users.delete(userId);
    link.emit('existing-users', { users: [...users] });
    met = participants;
  });
  await link.execute('annotation:list', { roomId: callId }, ({ annotations }) => {
    link.emit('existing-annotations', { annotations: annotations.map(mark) });
  });
  await watchUnlisted(
    link,
    met.map((each) => each.userId),
  );
};

/** Each goes to a user of the call; of several connections the latest is the user. */
const negotiate =
  (kind: NegotiationKind): Decode =>
  async (link, [payload]) => {
    const { callId, to, ...sent } = parseInput(Negotiation, payload) as {
      callId: RoomId;
      to: UserId;
    } & JsonObject;
    const { key } = negotiationEvents[kind];
    const { [key]: inner } = sent;
    if (inner === undefined) throw new SignalingError('invalid_argument', { path: [key] });
    await enterOwn(link, callId);
    const peer = peerOf(link, callId, to);
    const signal = toCanonical('remote-assist', { [key]: inner }, { kind, keys: [key] });
    await link.execute('signal', { roomId: callId, to: peer, ...signal });
  };

/** Who has made a call is in it without saying so. */
async function enterOwn(link: Link, roomId: RoomId): Promise<void> {
  const { userId } = link.identity();
  if (userId === null || link.rooms.has(roomId)) return;
  const record = await link.directory.record(roomId);
  if (!record?.entitled.some((each) => each.userId === userId)) return;
  const role = roleOf(link, userId);
  const join = { roomId, ...(role && { role }), media: comingWith } as const;
  await link.execute('room:join', { ...join, duplicates: 'allow' });
}

/** @throws SignalingError `peer_unreachable`, `not_in_room` */
function peerOf({ rooms }: Link, roomId: RoomId, userId: UserId): PeerId {
  const members = rooms.get(roomId);
  if (!members) throw new SignalingError('not_in_room');
  const [latest] = [...members.values()]
    .filter((each) => nameOf(each) === userId)
    .sort((a, b) => b.seat - a.seat);
  if (!latest) throw new SignalingError('peer_unreachable');
  return latest.peerId;
}

const annotate: Decode = async (link, [payload]) => {
  const { callId: roomId, id, ...data } = parseInput(PutAnnotation, payload);
  requireUser(link, data.from);
  await enterOwn(link, roomId);
  await link.execute('annotation:put', { roomId, id, data: data as JsonObject });
};

const self =
  (handle: (link: Link, userId: UserId) => Promise<void>): Decode =>
  (link, [payload]) =>
    handle(link, parseInput(Self, payload).userId);

export const decode: Readonly<Record<string, Decode>> = {
  register: self(register),
  'call-request': requestCall,
  'call-response': respondToCall,
  'join-call': joinCall,
  offer: negotiate('offer'),
  answer: negotiate('answer'),
  'ice-candidate': negotiate('candidate'),
  annotation: annotate,
  'end-call': endCall,
  'reconnect-after-call': self(async (link, userId) => {
    await register(link, userId);
    link.emit('reconnect-success', { userId, message: 'You are online again.' });
  }),
  logout: self(async (link, userId) => {
    requireUser(link, userId);
    await logOut(link);
  }),
  ping: (link) => link.emit('pong'),
};
