import type { NodeMessage } from '@switchboard/core';
import { Incarnation, type JsonValue, type NodeId, PeerId } from '@switchboard/protocol';
import { roomNamed } from '@switchboard/testkit/contracts';

/** A signal that one node sends another; only its data matters. */
export const signalMessage = (origin: NodeId, data: JsonValue): NodeMessage => ({
  type: 'signal',
  signal: {
    room: roomNamed('consultation'),
    incarnation: Incarnation.parse('first'),
    rev: 1,
    from: PeerId.parse('ada'),
    epoch: 1,
    to: PeerId.parse('bob'),
    seat: 2,
    kind: 'custom',
    data,
    origin,
    acceptedAt: 0,
    sentAt: 0,
    attempt: 1,
  },
});
