import type { MediaKind } from '@switchboard/protocol';
import type { Dialect } from '../dialect.ts';
import { relayNames } from '../relay-names.ts';
import { fromCanonical } from '../signal-shape.ts';
import { isoTime } from '../times.ts';
import { negotiationEvents, personOf, userIn } from './words.ts';

/** What it makes of what others relay. */
const relayedEvents: Readonly<Record<string, string>> = {
  [relayNames.callStarted]: 'call-started',
  [relayNames.callEnded]: 'call-ended',
};

const toggleEvents: Readonly<Record<Exclude<MediaKind, 'screen'>, string>> = {
  camera: 'peer-toggle-video',
  microphone: 'peer-toggle-audio',
};

export const encode: Dialect['encode'] = {
  'participant:joined': (link, { participant }) => {
    link.emit('user-joined', personOf(participant));
  },
  'participant:left': (link, { roomId, peerId: socketId }) => {
    link.emit('user-left', { socketId, user: userIn(link, roomId, socketId) });
  },
  'participant:updated': (link, { roomId, peerId: from, media, named = [] }) => {
    for (const kind of named) {
      if (kind !== 'screen') link.emit(toggleEvents[kind], { from, enabled: media[kind] });
      else if (!media.screen) link.emit('peer-screen-share-stopped', { from });
      else {
        link.emit('peer-screen-share-started', { from, fromUser: userIn(link, roomId, from) });
      }
    }
  },
  signal: (link, { roomId, from, kind, data }) => {
    const key = kind in negotiationEvents ? (kind as keyof typeof negotiationEvents) : 'offer';
    const found = fromCanonical('healthconnect', { kind, data }, negotiationEvents[key].key);
    if (!found) return;
    const { event } = negotiationEvents[found.kind];
    // Of candidates its clients are not told whose user they are from.
    const fromUser = found.kind === 'candidate' ? {} : { fromUser: userIn(link, roomId, from) };
    link.emit(event, { ...found.payload, from, ...fromUser });
  },
  'chat:message': (link, { roomId, message: { from, userId, name, text, at } }) => {
    // Its own, which it reads with others that it has missed.
    if (from === link.peerId) return;
    // Whoever has said it may have left since.
    const sender = { peerId: from, ...(userId && { userId }), ...(name && { name }) };
    const fromUser = userIn(link, roomId, from) ?? { ...personOf(sender), roomId };
    link.emit('call-message', { from, fromUser, message: text, timestamp: isoTime(at) });
  },
  'room:relayed': (link, { roomId, from, name }) => {
    const event = relayedEvents[name];
    if (event) link.emit(event, { from, fromUser: userIn(link, roomId, from) });
  },
  'room:ended': (link, { roomId, by }) => {
    if (by === link.peerId) return;
    link.emit('call-ended', { from: by ?? null, fromUser: by ? userIn(link, roomId, by) : null });
  },
};
