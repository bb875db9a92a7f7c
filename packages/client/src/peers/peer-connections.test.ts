import type { FirstOffer, JsonValue, Participant, PeerId, SignalKind } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { Emitter } from '../emitter.ts';
import { SwitchboardError } from '../errors.ts';
import type { RoomEvents } from '../room/room.ts';
import { FakeStream, FakeTrack } from '../testing/fake-media.ts';
import { nextTurn } from '../testing/fake-pair.ts';
import { FakePeerConnection } from '../testing/fake-peer-connection.ts';
import { peer, someone } from '../testing/samples.ts';
import {
  isPolite,
  makesFirstOffer,
  PeerConnections,
  type SignalingRoom,
} from './peer-connections.ts';

/** A room whose events a test makes up. */
class FakeRoom extends Emitter<RoomEvents> implements SignalingRoom {
  self = someone('me', { seat: 2 });
  others = [someone('b', { seat: 8 }), someone('c', { seat: 9 })];
  readonly sent: [PeerId, SignalKind, JsonValue][] = [];
  /** Answers each question for servers, which say whether others are wanted. */
  nameServers: (anew: boolean) => Promise<readonly RTCIceServer[]> = async () => [];

  get participants() {
    return new Map([this.self, ...this.others].map((each) => [each.peerId, each]));
  }

  iceServers({ anew = false } = {}): Promise<readonly RTCIceServer[]> {
    return this.nameServers(anew);
  }

  async sendSignal(...signal: [PeerId, SignalKind, JsonValue]): Promise<void> {
    this.sent.push(signal);
  }
}

const start = (seat = 2) => {
  const room = new FakeRoom();
  room.self = someone('me', { seat });
  const made: FakePeerConnection[] = [];
  class Recorded extends FakePeerConnection {
    constructor() {
      super();
      made.push(this);
    }
  }
  const peers = new PeerConnections(room, { RTCPeerConnection: Recorded, MediaStream: FakeStream });
  return { room, peers, made };
};

const join = (room: FakeRoom, id: string): void => {
  const participant = someone(id, { seat: 20 });
  room.others = [...room.others, participant];
  room.emit('participantJoined', { participant });
};

const turns = async () => {
  for (let turn = 0; turn < 20; turn++) await nextTurn();
};

test('without WebRTC there are no peer connections', () => {
  expect(() => new PeerConnections(new FakeRoom())).toThrow(SwitchboardError);
});

test('there is one for each other participant, as long as both are in the room', () => {
  const { room, peers, made } = start();
  expect([...peers.peers.keys()]).toEqual(['b', 'c']);
  room.emit('participantJoined', { participant: someone('d') });
  room.emit('participantLeft', { participant: someone('b'), reason: 'left' });
  expect([...peers.peers.keys()]).toEqual(['c', 'd']);
  expect(made.map(({ signalingState }) => signalingState)).toEqual(['closed', 'stable', 'stable']);
  room.emit('left', { reason: 'left' });
  expect(peers.peers.size).toBe(0);
  room.emit('participantJoined', { participant: someone('e') });
  expect(made).toHaveLength(3);
});

test('a track is sent to everybody, also to those who come later, until it is taken away', async () => {
  const { room, peers, made } = start();
  const track = new FakeTrack('video');
  peers.setTrack('camera', track);
  join(room, 'd');
  await turns();
  const sent = () =>
    made.map((each) => each.getTransceivers().find(({ sender }) => sender.track)?.sender.track);
  expect(sent()).toEqual([track, track, track]);
  peers.setTrack('camera', null);
  join(room, 'e');
  await turns();
  expect(sent()).toEqual([undefined, undefined, undefined, undefined]);
});

test('signals go to the link of their sender, and those of strangers nowhere', async () => {
  const { room, made } = start(10);
  const offer = { type: 'offer', sdp: JSON.stringify({ ufrag: '1', sections: [] }) };
  room.emit('signal', { from: peer('c'), kind: 'offer', data: offer });
  room.emit('signal', { from: peer('x'), kind: 'offer', data: offer });
  await turns();
  expect(made.map(({ remoteDescription }) => remoteDescription !== null)).toEqual([false, true]);
  expect(new Set(room.sent.map(([to]) => to))).toEqual(new Set(['c']));
});

describe('after a reconnection', () => {
  test('as the same participant, connections go on', () => {
    const { room, made } = start();
    room.emit('rejoined', { self: room.self, previousPeerId: peer('me') });
    expect(made.map(({ signalingState }) => signalingState)).toEqual(['stable', 'stable']);
  });

  test('as somebody new, they are made anew, with the tracks', async () => {
    const { room, peers, made } = start();
    peers.setTrack('microphone', new FakeTrack('audio'));
    room.self = someone('me again', { seat: 4 });
    room.others = [someone('c', { seat: 9 })];
    room.emit('rejoined', { self: room.self, previousPeerId: peer('me') });
    room.emit('participantLeft', { participant: someone('b'), reason: 'unknown' });
    await turns();
    expect([...peers.peers.keys()]).toEqual(['c']);
    expect(made.map(({ signalingState }) => signalingState)).toEqual([
      'closed',
      'closed',
      'have-local-offer',
    ]);
  });

  test('an offer that may have been lost is sent again', async () => {
    const { room, peers } = start();
    peers.setTrack('camera', new FakeTrack('video'));
    await turns();
    room.sent.length = 0;
    room.emit('rejoined', { self: room.self, previousPeerId: peer('me') });
    expect(room.sent.map(([to, kind]) => `${kind} to ${to}`)).toEqual(['offer to b', 'offer to c']);
  });
});

const roomOf = (self: Participant, other: Participant) => ({
  self,
  participants: new Map([self, other].map((each) => [each.peerId, each])),
});

describe('of two participants exactly one is polite (SPEC 4.6)', () => {
  const room = (mine: number, theirs: number, myId: string, theirId: string) =>
    roomOf(someone(myId, { seat: mine }), someone(theirId, { seat: theirs }));

  test.each([
    ['the higher seat', 2, 1, 'a', 'b', true],
    ['not the lower seat', 1, 2, 'b', 'a', false],
    ['of equal seats the greater peer id', 1, 1, 'b', 'a', true],
    ['and not the smaller', 1, 1, 'a', 'b', false],
    ['by code units, not by language', 1, 1, 'a', 'B', true],
  ])('%s', (_, mine, theirs, myId, theirId, expected) => {
    expect(isPolite(room(mine, theirs, myId, theirId), peer(theirId))).toBe(expected);
  });
});

describe('of two participants exactly one makes the first offer (SPEC 4.7)', () => {
  test.each<[who: string, said: FirstOffer | undefined]>([
    ['the one who was there', undefined],
    ['the one who was there', 'present'],
    ['the one who has come', 'joiner'],
  ])('%s, where the one who was there says %s', (who, firstOffer) => {
    const said = firstOffer !== undefined && { firstOffer };
    const first = someone('first', { seat: 1, ...said });
    // What the one who has come says is for those who come later still.
    for (const later of ['present', 'joiner'] as const) {
      const second = someone('second', { seat: 2, firstOffer: later });
      const begins = [
        makesFirstOffer(roomOf(first, second), second.peerId),
        makesFirstOffer(roomOf(second, first), first.peerId),
      ];
      expect(begins).toEqual(who === 'the one who was there' ? [true, false] : [false, true]);
    }
  });

  test('and one that says so of itself gets an offer without having to wait for patience', async () => {
    const { room, peers } = start(10);
    const participant = someone('d', { seat: 3, firstOffer: 'joiner' });
    room.others = [participant];
    room.emit('participantJoined', { participant });
    peers.setTrack('camera', new FakeTrack('video'));
    await turns();
    expect(room.sent.map(([to, kind]) => `${kind} to ${to}`)).toContain('offer to d');
  });
});
