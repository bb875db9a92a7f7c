import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gapPatienceMs, openLocalRoom } from '../test/open-local-room.ts';
import { ended, joined, started, stateOf } from '../test/samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('SPEC 10.3: that a room has begun is told to everybody here, and shown to who comes later', () => {
  const { local, enter, toldTo } = openLocalRoom();
  enter('ada', { ...stateOf(1, ['ada']), progress: { status: 'waiting' } });
  local.accept(joined(2, 'bob'));
  expect(local.view?.snapshot()).toMatchObject({ status: 'waiting' });
  expect(local.view?.snapshot()).not.toHaveProperty('startedAt');
  local.accept(started(3, 17));
  expect(toldTo('ada')).toEqual(['joined bob 2', 'started 3']);
  expect(local.view?.snapshot()).toMatchObject({ status: 'in-progress', startedAt: 17, rev: 3 });
});

test('SPEC 10.6: that a room has ended is told to everybody here, who are out of it', () => {
  const room = openLocalRoom();
  const { local, enter, toldTo } = room;
  enter('ada', stateOf(1, ['ada']));
  local.accept(joined(2, 'bob'));
  enter('bob', stateOf(2, ['ada', 'bob']));
  local.accept(ended(3, 'ada'));
  expect(toldTo('ada')).toEqual(['joined bob 2', 'ended 3 by ada']);
  expect(toldTo('bob')).toEqual(['ended 3 by ada']);
  expect(room.ended).toEqual(['ada', 'bob']);
  expect(local.view?.snapshot()).toMatchObject({ status: 'ended', participants: [] });
});

test('SPEC 10.6: an end that was missed is found by reading the room', async () => {
  const room = openLocalRoom();
  const { rooms, local, enter, answer, toldTo } = room;
  enter('ada', stateOf(1, ['ada']));
  rooms.at = { ...stateOf(4, []) };
  await local.compare();
  await answer({
    ...stateOf(4, []),
    progress: { status: 'ended', startedAt: 1, endedAt: 2 },
  });
  expect(toldTo('ada')).toEqual(['ended 4']);
  expect(room.ended).toEqual(['ada']);
  expect(room.missing).toEqual([]);
});

test('SPEC 10.6: an end that overtook what was before it waits for that', async () => {
  const room = openLocalRoom();
  const { rooms, local, enter, toldTo } = room;
  enter('ada', stateOf(1, ['ada']));
  local.accept(ended(3, null));
  expect(toldTo('ada')).toEqual([]);
  local.accept(joined(2, 'bob'));
  expect(toldTo('ada')).toEqual(['joined bob 2', 'ended 3']);
  await vi.advanceTimersByTimeAsync(2 * gapPatienceMs);
  expect(rooms.reads).toHaveLength(0);
});
