import { parseInput, type RoomId, SignalingError, type UserId } from '@switchboard/protocol';
import type { Decode, Link } from '../dialect.ts';
import { introduce } from '../introduce.ts';
import { comingWith } from '../media.ts';
import { type JsonObject, type NegotiationKind, toCanonical } from '../signal-shape.ts';
import { InRoom, Signal, Toggle } from './schemas.ts';
import { isParty } from './words.ts';

const joinRoom: Decode = async (link, [payload]) => {
  const { roomId, userId } = parseInput(InRoom, payload);
  await introduce(link, { userId });
  // The core lets anybody in who shows no token, or one whose grants do.
  const record = await link.directory.record(roomId);
  if (!record) throw new SignalingError('room_not_found');
  if (!isParty(record, userId)) {
    const message = 'This user is neither the patient nor the practitioner.';
    throw new SignalingError('forbidden', { message });
  }
  await link.execute('room:join', { roomId, media: comingWith, duplicates: 'allow' }, () => {
    link.emit('joined-room', { roomId, userId });
  });
};

/** @throws SignalingError `not_in_room`, `identity_mismatch` for one that speaks as another. */
function requireSelf(link: Link, { roomId, userId }: { roomId: RoomId; userId: UserId }): void {
  const self = link.rooms.get(roomId)?.get(link.peerId);
  if (!self) throw new SignalingError('not_in_room');
  if (self.userId !== userId) throw new SignalingError('identity_mismatch');
}

/** To all others in the room. */
const signal: Decode = async (link, [payload]) => {
  const said = parseInput(Signal, payload);
  requireSelf(link, said);
  const sent = toCanonical(
    'video-call',
    { signal: said.signal as JsonObject },
    { kind: kindOf(said.signal), keys: ['signal'] },
  );
  const { roomId } = said;
  for (const to of link.rooms.get(roomId)?.keys() ?? []) {
    if (to !== link.peerId) await link.execute('signal', { roomId, to, ...sent });
  }
};

const kindOf = ({ type }: { readonly type?: unknown }): NegotiationKind =>
  type === 'offer' || type === 'answer' ? type : 'candidate';

const toggle =
  (kind: 'camera' | 'microphone'): Decode =>
  (link, [payload]) => {
    const { isEnabled, ...said } = parseInput(Toggle, payload);
    requireSelf(link, said);
    return link.execute('media:update', { roomId: said.roomId, media: { [kind]: isEnabled } });
  };

/** The room says who may. */
const share =
  (screen: boolean): Decode =>
  (link, [payload]) => {
    const said = parseInput(InRoom, payload);
    requireSelf(link, said);
    return link.execute('media:update', { roomId: said.roomId, media: { screen } });
  };

const inRoom =
  (command: 'room:leave' | 'room:end'): Decode =>
  (link, [payload]) => {
    const said = parseInput(InRoom, payload);
    requireSelf(link, said);
    return link.execute(command, { roomId: said.roomId });
  };

export const decode: Readonly<Record<string, Decode>> = {
  'join-room': joinRoom,
  'leave-room': inRoom('room:leave'),
  'webrtc-signal': signal,
  'screen-share-start': share(true),
  'screen-share-stop': share(false),
  'toggle-video': toggle('camera'),
  'toggle-audio': toggle('microphone'),
  'end-call': inRoom('room:end'),
};
