import {
  Incarnation,
  type Participant,
  PeerId,
  RoomId,
  type RoomSnapshot,
} from '@switchboard/protocol';

/** Things of the protocol for tests, with what a test does not care about filled in. */

export const roomId = RoomId.parse('room');
export const peer = (id: string): PeerId => PeerId.parse(id);
export const life = (id: string): Incarnation => Incarnation.parse(id);

export const someone = (id: string, fields: Partial<Participant> = {}): Participant => ({
  peerId: peer(id),
  name: id,
  media: { camera: false, microphone: false, screen: false },
  connected: true,
  seat: 1,
  joinedAt: 1,
  ...fields,
});

export const snapshot = (
  rev: number,
  participants: readonly Participant[],
  incarnation = 'first life',
): RoomSnapshot => ({
  roomId,
  incarnation: life(incarnation),
  rev,
  capacity: 10,
  status: 'in-progress',
  startedAt: 1,
  participants: [...participants],
  messages: 0,
  annotations: 0,
});

export const at = (rev: number, incarnation = 'first life') => ({
  roomId,
  incarnation: life(incarnation),
  rev,
});
