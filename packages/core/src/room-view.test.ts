import { silentMedia } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import {
  incarnation,
  joined,
  left,
  memberOf,
  peer,
  room,
  stateOf,
  updated,
} from '../test/samples.ts';
import { RoomView, snapshotOf } from './room-view.ts';

const viewOf = (...args: Parameters<typeof stateOf>) => new RoomView(room, stateOf(...args));
const peersIn = (view: RoomView) => view.snapshot().participants.map(({ peerId }) => peerId);

describe('a change', () => {
  test('SPEC 3.6: that is the next one is taken in, whatever it is', () => {
    const view = viewOf(1, ['ada']);
    expect(view.apply(joined(2, 'bob'))).toBe('applied');
    expect(view.member(peer('bob'))).toEqual(memberOf('bob', 2));
    expect(view.apply(updated(3, 'bob', { camera: true }))).toBe('applied');
    expect(view.member(peer('bob'))?.participant.media).toEqual({ ...silentMedia, camera: true });
    expect(view.apply(left(4, 'ada'))).toBe('applied');
    expect(peersIn(view)).toEqual(['bob']);
    expect(view.position).toEqual({ incarnation: 'first', rev: 4 });
  });

  test('that is known already changes nothing', () => {
    const view = viewOf(3, ['ada', 'bob']);
    for (const rev of [1, 2, 3]) expect(view.apply(left(rev, 'bob'))).toBe('stale');
    expect(view.snapshot()).toEqual(snapshotOf(room, stateOf(3, ['ada', 'bob'])));
  });

  test('behind one that is missing is a gap and changes nothing', () => {
    const view = viewOf(1, ['ada']);
    expect(view.apply(joined(3, 'cy'))).toBe('gap');
    expect(view.snapshot()).toEqual(snapshotOf(room, stateOf(1, ['ada'])));
    expect(view.apply(joined(2, 'bob'))).toBe('applied');
    expect(view.apply(joined(3, 'cy'))).toBe('applied');
  });

  test('SPEC 3.5: of another incarnation is a gap, whatever its revision', () => {
    const view = viewOf(2, ['ada']);
    for (const rev of [1, 2, 3]) expect(view.apply(joined(rev, 'eve', 'second'))).toBe('gap');
    expect(peersIn(view)).toEqual(['ada']);
  });

  test('of the media of somebody unknown counts, and invents nobody', () => {
    const view = viewOf(1, ['ada']);
    expect(view.apply(updated(2, 'eve', { screen: true }))).toBe('applied');
    expect(peersIn(view)).toEqual(['ada']);
    expect(view.position.rev).toBe(2);
  });

  test('leaves snapshots alone that were taken before', () => {
    const view = viewOf(1, ['ada']);
    const before = view.snapshot();
    view.apply(updated(2, 'ada', { microphone: true }));
    view.apply(joined(3, 'bob'));
    expect(before).toEqual(snapshotOf(room, stateOf(1, ['ada'])));
  });
});

test('SPEC 3.4: participants are in the order of their seats, also after one took a new seat', () => {
  const view = viewOf(2, ['ada', 'bob']);
  view.apply(joined(3, 'cy'));
  view.apply(joined(4, 'ada'));
  expect(view.snapshot().participants.map(({ seat }) => seat)).toEqual([2, 3, 4]);
});

test('has reached its own position and all before it, of its own incarnation only', () => {
  const view = viewOf(5, ['ada']);
  const reached = (rev: number, life = 'first') =>
    view.hasReached({ incarnation: incarnation(life), rev });
  expect([reached(4), reached(5), reached(6)]).toEqual([true, true, false]);
  expect(reached(1, 'second')).toBe(false);
});

describe('what was read', () => {
  const names = (participants: readonly { peerId: string }[] = []) =>
    participants.map(({ peerId }) => peerId);

  test('takes the place of what is older, and the difference is told', () => {
    const view = viewOf(2, ['ada', 'bob']);
    const difference = view.replace({ ...stateOf(5, ['bob@2', 'cy@5']), capacity: 7 });
    expect(names(difference?.joined)).toEqual(['cy']);
    expect(difference?.left).toEqual(['ada']);
    expect(view.snapshot()).toMatchObject({ rev: 5, capacity: 7 });
    expect(peersIn(view)).toEqual(['bob', 'cy']);
    expect(view.apply(left(6, 'cy'))).toBe('applied');
  });

  test('and is not newer changes nothing', () => {
    const view = viewOf(2, ['ada', 'bob']);
    expect(view.replace(stateOf(1, ['ada']))).toBeNull();
    expect(view.replace(stateOf(2, []))).toBeNull();
    expect(peersIn(view)).toEqual(['ada', 'bob']);
  });

  test('SPEC 3.5: and is of another incarnation takes its place, whatever its revision', () => {
    const view = viewOf(9, ['ada']);
    expect(names(view.replace(stateOf(1, ['bob'], 'second'))?.joined)).toEqual(['bob']);
    expect(view.position).toEqual({ incarnation: 'second', rev: 1 });
  });

  test('of a room that was lost says nothing yet of those whom it does not name', () => {
    const view = viewOf(9, ['ada', 'bob', 'cy']);
    const difference = view.replace(stateOf(1, ['cy@3'], 'second'));
    expect(difference).toEqual({ joined: [], left: [], moved: [] });
    expect(view.hasLingering).toBe(true);
    // Also in the order in which they were, although others were registered first.
    expect(peersIn(view)).toEqual(['ada', 'bob', 'cy']);
    view.apply(joined(2, 'bob', 'second'));
    expect(view.dropLingering()).toEqual(['ada']);
    expect(peersIn(view)).toEqual(['bob', 'cy']);
    expect(view.hasLingering).toBe(false);
  });

  test('of a room that was lost, again, keeps those who linger', () => {
    const view = viewOf(9, ['ada', 'bob', 'cy']);
    view.replace(stateOf(1, ['cy@3'], 'second'));
    expect(view.replace(stateOf(2, ['cy@3', 'dan@4'], 'second'))).toMatchObject({ left: [] });
    expect(peersIn(view)).toEqual(['ada', 'bob', 'cy', 'dan']);
    expect(view.dropLingering()).toEqual(['ada', 'bob']);
  });

  test('of a room that was lost, again, lets nobody linger who is back', () => {
    const view = viewOf(9, ['ada', 'bob', 'cy']);
    view.replace(stateOf(1, ['cy@3'], 'second'));
    expect(view.replace(stateOf(2, ['cy@3', 'ada'], 'second'))).toEqual({
      joined: [],
      left: [],
      moved: [],
    });
    expect(view.dropLingering()).toEqual(['bob']);
    expect(peersIn(view)).toEqual(['ada', 'cy']);
  });
});

test('SPEC 3.4: clients are shown neither nodes nor epochs', () => {
  expect(snapshotOf(room, stateOf(1, ['ada']))).toEqual({
    roomId: 'consultation',
    incarnation: 'first',
    rev: 1,
    capacity: 10,
    messages: 0,
    annotations: 0,
    status: 'in-progress',
    startedAt: 1_700_000_000_000,
    participants: [
      { peerId: 'ada', media: silentMedia, connected: true, seat: 1, joinedAt: 1_700_000_000_000 },
    ],
  });
});
