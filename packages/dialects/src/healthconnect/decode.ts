import { type PeerId, parseInput, SignalingError } from '@switchboard/protocol';
import { roomWith } from '../current-room.ts';
import type { Decode } from '../dialect.ts';
import { introduce } from '../introduce.ts';
import { comingWith } from '../media.ts';
import { relayNames } from '../relay-names.ts';
import { type JsonObject, type NegotiationKind, toCanonical } from '../signal-shape.ts';
import { isoTime } from '../times.ts';
import { CallMessage, InRoom, JoinRoom, Negotiation, Toggle } from './schemas.ts';
import { negotiationEvents, personOf } from './words.ts';

const joinRoom: Decode = async (link, [payload]) => {
  const { roomId, userId, userType, userName } = parseInput(JoinRoom, payload);
  const said = { ...(userName && { name: userName }), ...(userType && { role: userType }) };
  await introduce(link, { userId, ...said });
  const join = { roomId, ...said, media: comingWith, duplicates: 'allow' } as const;
  await link.execute('room:join', join, ({ room: { participants } }) => {
    const others = participants.filter(({ peerId }) => peerId !== link.peerId);
    link.emit('room-joined', {
      roomId,
      participants: others.map((each) => ({ ...personOf(each), joinedAt: isoTime(each.joinedAt) })),
    });
  });
};

/** Each goes to its peer bare; who it is from is added where it arrives. */
const negotiate =
  (kind: NegotiationKind): Decode =>
  (link, [payload]) => {
    const { to, ...sent } = parseInput(Negotiation, payload) as { to: PeerId } & JsonObject;
    const { key } = negotiationEvents[kind];
    const { [key]: inner } = sent;
    if (inner === undefined) throw new SignalingError('invalid_argument', { path: [key] });
    const signal = toCanonical('healthconnect', { [key]: inner }, { kind, keys: [key] });
    return link.execute('signal', { roomId: roomWith(link, to), to, ...signal });
  };

const relay =
  (name: string): Decode =>
  (link, [payload]) => {
    const { roomId } = parseInput(InRoom, payload);
    return link.execute('room:relay', { roomId, name, data: null });
  };

const toggle =
  (kind: 'camera' | 'microphone'): Decode =>
  (link, [payload]) => {
    const { roomId, enabled } = parseInput(Toggle, payload);
    return link.execute('media:update', { roomId, media: { [kind]: enabled } });
  };

const share =
  (screen: boolean): Decode =>
  (link, [payload]) => {
    const { roomId } = parseInput(InRoom, payload);
    return link.execute('media:update', { roomId, media: { screen } });
  };

const callMessage: Decode = (link, [payload]) => {
  const { roomId, message: text } = parseInput(CallMessage, payload);
  return link.execute('chat:send', { roomId, messageId: crypto.randomUUID(), text });
};

export const decode: Readonly<Record<string, Decode>> = {
  'join-room': joinRoom,
  offer: negotiate('offer'),
  answer: negotiate('answer'),
  'ice-candidate': negotiate('candidate'),
  'start-call': relay(relayNames.callStarted),
  'end-call': relay(relayNames.callEnded),
  'toggle-video': toggle('camera'),
  'toggle-audio': toggle('microphone'),
  'start-screen-share': share(true),
  'stop-screen-share': share(false),
  'call-message': callMessage,
  'leave-room': (link, [payload]) =>
    link.execute('room:leave', { roomId: parseInput(InRoom, payload).roomId }),
};
