import type { Dialect } from '../dialect.ts';
import { fromCanonical } from '../signal-shape.ts';
import { directEvents, signalEvent, wordFor } from './words.ts';

export const encode: Dialect['encode'] = {
  'participant:joined': (link, { participant }) => {
    link.emit('user-connected', wordFor(participant));
  },
  'participant:left': (link, { roomId, peerId }) => {
    const participant = link.rooms.get(roomId)?.get(peerId);
    link.emit('user-disconnected', participant ? wordFor(participant) : peerId);
  },
  signal: (link, { from: sender, kind, data }) => {
    const isCandidate = kind === 'candidate';
    const found = fromCanonical('carepulse', { kind, data }, isCandidate ? 'candidate' : 'sdp');
    if (!found) return;
    const { event, payload } = found;
    if (event !== undefined && Object.hasOwn(directEvents, event)) link.emit(event, payload);
    else {
      // Of another protocol there is the bare description; here its type stands beside it as well.
      const type = event === undefined && !isCandidate ? { type: kind } : {};
      link.emit(signalEvent, { sender, ...type, ...payload });
    }
  },
};
