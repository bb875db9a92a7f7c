import type { LeaveReason } from '@switchboard/protocol';
import type { Dialect } from '../dialect.ts';
import { fromCanonical } from '../signal-shape.ts';
import { isoNow } from '../times.ts';
import { negotiationEvents, newMessage } from './words.ts';

/** Why somebody has gone, in this protocol's words. */
const reasons: { readonly [K in LeaveReason]: string } = {
  left: 'left room',
  disconnected: 'transport close',
  replaced: 'left room',
};

export const encode: Dialect['encode'] = {
  'participant:joined': (link, { participant }) => {
    const { peerId: socketId, userId } = participant;
    link.emit('user-connected', { userId: userId ?? socketId, socketId, timestamp: isoNow() });
  },
  'participant:left': (link, { roomId, peerId: socketId, reason }) => {
    const userId = link.rooms.get(roomId)?.get(socketId)?.userId ?? socketId;
    const timestamp = isoNow();
    link.emit('user-disconnected', { userId, socketId, timestamp, reason: reasons[reason] });
  },
  signal: (link, { from, kind, data }) => {
    const found = fromCanonical('room-server', { kind, data }, keyOf(kind));
    if (!found) return;
    const { event } = negotiationEvents[found.kind];
    link.emit(event, { target: link.peerId, ...found.payload, from });
  },
  'chat:message': (link, { roomId, message }) => {
    link.emit('new-message', newMessage(roomId, message));
  },
  'chat:typing': (link, { roomId, from, isTyping }) => {
    const userId = link.rooms.get(roomId)?.get(from)?.userId ?? from;
    link.emit('user-typing', { userId, isTyping });
  },
  'node:draining': (link) => {
    link.emit('server-shutdown', { message: 'Server is shutting down', timestamp: isoNow() });
  },
};

const keyOf = (kind: string): string =>
  kind in negotiationEvents ? negotiationEvents[kind as keyof typeof negotiationEvents].key : '';
