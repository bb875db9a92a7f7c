import {
  DisplayName,
  parseInput,
  type RoomId,
  SignalingError,
  type UserId,
} from '@switchboard/protocol';
import { roomWith } from '../current-room.ts';
import type { Decode, Link } from '../dialect.ts';
import { introduce } from '../introduce.ts';
import { comingWith } from '../media.ts';
import { type JsonObject, type NegotiationKind, toCanonical } from '../signal-shape.ts';
import { JoinRoom, Negotiation, SessionRole, Signal } from './schemas.ts';
import { directEvents, signalEvent } from './words.ts';

const joinRoom: Decode = async (link, args) => {
  const [roomId, word] = parseInput(JoinRoom, args.slice(0, 2));
  await identify(link, word);
  // The others are told this very word, and a name is what a client may choose.
  const name = DisplayName.safeParse(word).data;
  const said = name === undefined ? {} : { name };
  await link.execute('room:join', { roomId, ...said, media: comingWith, duplicates: 'allow' });
};

/**
 * The page sends its role where a user id is meant. With a token it has to be the token's role or
 * user; without one it is who the client is.
 */
async function identify(link: Link, word: UserId): Promise<void> {
  const { isVouched, userId, role } = link.identity();
  if (!isVouched) {
    const known = SessionRole.safeParse(word).data;
    await introduce(link, { userId: word, ...(known && { role: known }) });
  } else if (word !== userId && word !== role) throw new SignalingError('identity_mismatch');
}

/** To all others in the room. */
const signal: Decode = async (link, [payload]) => {
  const { room: roomId, ...rest } = parseInput(Signal, payload) as { room: RoomId } & JsonObject;
  const members = link.rooms.get(roomId);
  if (!members?.has(link.peerId)) throw new SignalingError('not_in_room');
  const kind = kindOf(rest);
  const keys = kind === 'candidate' ? ['candidate'] : ['sdp'];
  const sent = toCanonical('carepulse', rest, { kind, keys, event: signalEvent });
  for (const to of members.keys()) {
    if (to !== link.peerId) await link.execute('signal', { roomId, to, ...sent });
  }
};

function kindOf({ type, candidate }: JsonObject): NegotiationKind {
  if (candidate !== undefined) return 'candidate';
  return type === 'answer' ? 'answer' : 'offer';
}

/** To its target, as it is. */
const negotiate =
  (event: string, { kind, keys }: { kind: NegotiationKind; keys: readonly string[] }): Decode =>
  (link, [payload]) => {
    const { target: to } = parseInput(Negotiation, payload);
    const sent = toCanonical('carepulse', payload as JsonObject, { kind, keys, event });
    return link.execute('signal', { roomId: roomWith(link, to), to, ...sent });
  };

export const decode: Readonly<Record<string, Decode>> = {
  'join-room': joinRoom,
  [signalEvent]: signal,
  ...Object.fromEntries(
    Object.entries(directEvents).map(([event, form]) => [event, negotiate(event, form)]),
  ),
};
