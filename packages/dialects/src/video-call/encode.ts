import type { Dialect } from '../dialect.ts';
import { relayNames } from '../relay-names.ts';
import { fromCanonical } from '../signal-shape.ts';
import { toggleEvents, userOf } from './words.ts';

export const encode: Dialect['encode'] = {
  'participant:joined': (link, { participant: { userId, peerId } }) => {
    link.emit('user-joined', { userId: userId ?? peerId });
  },
  'participant:left': (link, { roomId, peerId }) => {
    link.emit('user-left', { userId: userOf(link, roomId, peerId) });
  },
  'participant:updated': (link, { roomId, peerId, media, named = [] }) => {
    const userId = userOf(link, roomId, peerId);
    for (const kind of named) {
      if (kind !== 'screen') link.emit(toggleEvents[kind], { userId, isEnabled: media[kind] });
      else link.emit(media.screen ? 'screen-share-started' : 'screen-share-stopped', { userId });
    }
  },
  signal: (link, { roomId, from, kind, data }) => {
    const found = fromCanonical('video-call', { kind, data }, 'signal');
    if (found) link.emit('webrtc-signal', { ...found.payload, userId: userOf(link, roomId, from) });
  },
  // Of other protocols some end a call without its room.
  'room:relayed': (link, { roomId, from, name }) => {
    if (name !== relayNames.callEnded) return;
    link.emit('call-ended', { userId: userOf(link, roomId, from) });
  },
  'room:ended': (link, { roomId, by }) => {
    link.emit('call-ended', { userId: by === undefined ? null : userOf(link, roomId, by) });
  },
};
