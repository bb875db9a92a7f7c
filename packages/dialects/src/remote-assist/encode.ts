import type { Dialect } from '../dialect.ts';
import { relayNames } from '../relay-names.ts';
import { fromCanonical } from '../signal-shape.ts';
import { settleCall } from './calls.ts';
import { CallEnding } from './schemas.ts';
import { watchUnlisted } from './users.ts';
import { arrival, isInvitation, mark, negotiationEvents, userOf } from './words.ts';

export const encode: Dialect['encode'] = {
  'presence:changed': (link, { userId, status }) => {
    // Who is in a call is online, as before.
    if (status !== 'in-call') link.emit('user-status-change', { userId, status });
  },
  'call:changed': (link, { call: { callId, roomId, state, from, to } }) => {
    if (!isInvitation(callId)) return undefined;
    const own = link.identity().userId;
    const isCallee = own === to.userId;
    if (isCallee && state === 'ringing') {
      link.emit('call-request', { callId: roomId, from: from.userId });
      return watchUnlisted(link, [from.userId]);
    } else if (isCallee && state === 'cancelled') {
      link.emit('call-ended', { from: from.userId, callId: roomId });
    } else if (from.peerId === link.peerId && (state === 'accepted' || state === 'rejected')) {
      const accepted = state === 'accepted';
      link.emit('call-response', { callId: roomId, from: to.userId, accepted });
      return settleCall(link, { callId: roomId, accepted });
    }
  },
  'participant:joined': (link, { roomId, participant }) => {
    link.emit('user-joined', arrival(participant, link.rooms.get(roomId)?.values() ?? []));
    return watchUnlisted(link, [participant.userId]);
  },
  'participant:left': (link, { roomId: callId, peerId }) => {
    link.emit('user-left', { userId: userOf(link, callId, peerId), callId });
  },
  signal: (link, { roomId: callId, from, kind, data }) => {
    const key = kind in negotiationEvents ? (kind as keyof typeof negotiationEvents) : 'offer';
    const found = fromCanonical('remote-assist', { kind, data }, negotiationEvents[key].key);
    if (!found) return;
    const { event } = negotiationEvents[found.kind];
    link.emit(event, { ...found.payload, from: userOf(link, callId, from), callId });
  },
  'annotation:changed': (link, { annotation }) => link.emit('annotation', mark(annotation)),
  'room:relayed': (link, { roomId: callId, from, name, data }) => {
    if (name !== relayNames.callEnded) return;
    const to = CallEnding.safeParse(data).data?.to;
    if (to !== undefined && to !== link.identity().userId) return;
    link.emit('call-ended', { from: userOf(link, callId, from), callId });
  },
  'room:ended': (link, { roomId: callId, by }) => {
    if (by === link.peerId) return;
    // A call that was refused was its caller's alone, who is told otherwise.
    if (by === undefined && (link.rooms.get(callId)?.size ?? 0) < 2) return;
    link.emit('call-ended', { from: by ? userOf(link, callId, by) : null, callId });
  },
};
