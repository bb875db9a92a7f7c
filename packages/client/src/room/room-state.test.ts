import { describe, expect, test } from 'vitest';
import { at, peer, snapshot, someone } from '../testing/samples.ts';
import { type RoomDifference, RoomState } from './room-state.ts';

const shown = (differences: readonly RoomDifference[]) =>
  differences.map(({ type, participant }) => `${participant.peerId} ${type}`);

const camera = { camera: true, microphone: false, screen: false };

describe('events', () => {
  test('are applied and told', () => {
    const room = new RoomState(snapshot(1, [someone('a')]));
    expect(shown(room.joined({ ...at(2), participant: someone('b') }))).toEqual(['b joined']);
    expect(shown(room.updated({ ...at(3), peerId: peer('b'), media: camera }))).toEqual([
      'b updated',
    ]);
    expect(room.participants.get(peer('b'))?.media).toEqual(camera);
    expect(room.left({ ...at(4), peerId: peer('b'), reason: 'disconnected' })).toMatchObject([
      { type: 'left', reason: 'disconnected', participant: { peerId: 'b', media: camera } },
    ]);
    expect([...room.participants.keys()]).toEqual(['a']);
    expect(room.rev).toBe(4);
  });

  test('need not follow one another: a client is not told of its own changes', () => {
    const room = new RoomState(snapshot(1, [someone('a')]));
    expect(shown(room.joined({ ...at(7), participant: someone('b') }))).toEqual(['b joined']);
  });

  test('that are not newer are ignored', () => {
    const room = new RoomState(snapshot(5, [someone('a')]));
    for (const rev of [4, 5]) {
      expect(room.joined({ ...at(rev), participant: someone('b') })).toEqual([]);
      expect(room.left({ ...at(rev), peerId: peer('a'), reason: 'left' })).toEqual([]);
      expect(room.updated({ ...at(rev), peerId: peer('a'), media: camera })).toEqual([]);
    }
    expect([...room.participants.values()]).toEqual([someone('a')]);
  });

  test('of another incarnation are ignored, whatever their revision', () => {
    const room = new RoomState(snapshot(5, [someone('a')]));
    const change = { ...at(9, 'second life'), peerId: peer('a'), reason: 'left' } as const;
    expect(room.left(change)).toEqual([]);
    expect(room.rev).toBe(5);
  });

  test('about somebody unknown move the revision only', () => {
    const room = new RoomState(snapshot(1, [someone('a')]));
    expect(room.left({ ...at(2), peerId: peer('x'), reason: 'left' })).toEqual([]);
    expect(room.updated({ ...at(3), peerId: peer('x'), media: camera })).toEqual([]);
    expect(room.rev).toBe(3);
  });
});

describe('a snapshot', () => {
  const before = () => new RoomState(snapshot(5, [someone('a'), someone('b'), someone('c')]));

  test('tells who left, who joined and who changed, in that order', () => {
    const room = before();
    const later = snapshot(9, [someone('d'), someone('c', { media: camera }), someone('a')]);
    expect(shown(room.replace(later, false))).toEqual(['b left', 'd joined', 'c updated']);
    expect([...room.participants.keys()].toSorted()).toEqual(['a', 'c', 'd']);
  });

  test('of an earlier revision is ignored', () => {
    const room = before();
    expect(room.replace(snapshot(4, []), false)).toEqual([]);
    expect(room.rev).toBe(5);
  });

  test('of another incarnation is taken, whatever its revision', () => {
    const room = before();
    expect(shown(room.replace(snapshot(1, [someone('a')], 'second life'), false))).toEqual([
      'b left',
      'c left',
    ]);
    expect(room.incarnation).toBe('second life');
    expect(room.rev).toBe(1);
  });

  test('tells that somebody was out in between', () => {
    const room = before();
    const later = snapshot(9, [someone('a'), someone('b', { joinedAt: 2 }), someone('c')]);
    expect(shown(room.replace(later, false))).toEqual(['b left', 'b joined']);
  });
});

describe('while a lost room is put together again (design rule 4)', () => {
  const rebuilt = () => {
    const room = new RoomState(snapshot(5, [someone('a'), someone('b'), someone('c')]));
    expect(room.replace(snapshot(1, [someone('a')], 'second life'), true)).toEqual([]);
    return room;
  };

  test('nobody has left for being absent', () => {
    const room = rebuilt();
    expect([...room.participants.keys()]).toEqual(['a', 'b', 'c']);
    expect(room.hasMissing).toBe(true);
  });

  test('those who turn up were never away, by event or by snapshot', () => {
    const room = rebuilt();
    expect(room.joined({ ...at(2, 'second life'), participant: someone('b') })).toEqual([]);
    const complete = snapshot(
      3,
      ['a', 'b', 'c'].map((id) => someone(id)),
      'second life',
    );
    expect(room.replace(complete, true)).toEqual([]);
    expect(room.hasMissing).toBe(false);
    expect(room.dropMissing()).toEqual([]);
  });

  test('those who do not are given up when their time is over', () => {
    const room = rebuilt();
    room.joined({ ...at(2, 'second life'), participant: someone('b') });
    expect(room.dropMissing()).toMatchObject([
      { type: 'left', reason: 'unknown', participant: { peerId: 'c' } },
    ]);
    expect([...room.participants.keys()]).toEqual(['a', 'b']);
  });

  test('an event that says so is a departure all the same', () => {
    const room = rebuilt();
    const left = { ...at(2, 'second life'), peerId: peer('b'), reason: 'left' } as const;
    expect(shown(room.left(left))).toEqual(['b left']);
    expect(shown(room.dropMissing())).toEqual(['c left']);
  });
});
