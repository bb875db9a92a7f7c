import { SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { gapPatienceMs, openLocalRoom } from '../test/open-local-room.ts';
import { joined, left, peer, stateOf, updated } from '../test/samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a gap', () => {
  test('SPEC 3.8: that stays is closed by reading, and those behind are given the room', async () => {
    const { rooms, observer, local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    local.accept(left(4, 'cy'));
    await vi.advanceTimersByTimeAsync(gapPatienceMs - 1);
    expect(rooms.reads).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(rooms.reads).toHaveLength(1);
    // One whose snapshot was of the same moment knows it all already.
    enter('bob', stateOf(4, ['ada', 'bob@3']));
    await answer(stateOf(4, ['ada', 'bob@3']));
    expect(toldTo('ada')).toEqual(['state 4']);
    expect(toldTo('bob')).toEqual([]);
    expect(observer.resyncs).toBe(1);
  });

  test('is closed once: what was missed and comes late is told to nobody', async () => {
    const { rooms, local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    local.accept(left(3, 'bob'));
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    await answer(stateOf(3, ['ada']));
    local.accept(joined(2, 'bob'));
    local.accept(left(3, 'bob'));
    await vi.advanceTimersByTimeAsync(10 * gapPatienceMs);
    expect(toldTo('ada')).toEqual(['state 3']);
    expect(rooms.reads).toHaveLength(1);
  });

  test('keeps what is newer than what was read, and tells it behind it', async () => {
    const { local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    local.accept(updated(5, 'bob', {}));
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    local.accept(left(6, 'bob'));
    await answer(stateOf(4, ['ada', 'bob@2']));
    expect(toldTo('ada')).toEqual(['state 4', 'updated bob 5', 'left bob 6']);
  });

  test('is read again when the answer was older than what has come', async () => {
    const { rooms, local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    local.accept(left(5, 'bob'));
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    await answer(stateOf(3, ['ada', 'bob@2']));
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    expect(rooms.reads).toHaveLength(2);
    await answer(stateOf(5, ['ada']));
    expect(toldTo('ada')).toEqual(['state 3', 'state 5']);
  });

  test('that closes by itself is not read', async () => {
    const { rooms, local, enter } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    local.accept(left(3, 'bob'));
    await vi.advanceTimersByTimeAsync(gapPatienceMs - 1);
    local.accept(joined(2, 'bob'));
    await vi.advanceTimersByTimeAsync(10 * gapPatienceMs);
    expect(rooms.reads).toHaveLength(0);
  });

  test('SPEC 3.5: of events from a past incarnation is over with one reading', async () => {
    const { rooms, local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada'], 'second'));
    local.accept(left(7, 'bob'));
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    await answer(stateOf(1, ['ada'], 'second'));
    await vi.advanceTimersByTimeAsync(100 * gapPatienceMs);
    expect(rooms.reads).toHaveLength(1);
    expect(toldTo('ada')).toEqual([]);
  });

  test('is closed however many events came early', async () => {
    const { local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    for (let rev = 3; rev <= 1_000; rev++) local.accept(updated(rev, 'bob', {}));
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    await answer(stateOf(1_000, ['ada', 'bob@2']));
    expect(toldTo('ada')).toEqual(['state 1000']);
  });
});

describe('a comparison with the store', () => {
  test('SPEC 3.8: finds the loss of a last event, which no gap betrays', async () => {
    const { local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(2, ['ada', 'bob']));
    local.resync();
    await answer(stateOf(3, ['ada']));
    expect(toldTo('ada')).toEqual(['state 3']);
  });

  test('tells nobody anything when nothing was missed', async () => {
    const { observer, local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(2, ['ada', 'bob']));
    local.resync();
    await answer(stateOf(2, ['ada', 'bob']));
    expect(toldTo('ada')).toEqual([]);
    expect(observer.resyncs).toBe(0);
  });

  test('that the store does not answer is tried again until it does', async () => {
    const { rooms, local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    local.accept(left(3, 'bob'));
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect(rooms.reads).toHaveLength(attempt);
      rooms.reads.at(-1)?.reject(new SignalingError('unavailable'));
      await vi.advanceTimersByTimeAsync(500);
    }
    await answer(stateOf(3, ['ada']));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(rooms.reads).toHaveLength(6);
    expect(toldTo('ada')).toEqual(['state 3']);
  });

  test('after a loss of messages is tried again, too, when the store does not answer', async () => {
    const { rooms, local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(2, ['ada', 'bob']));
    local.resync();
    rooms.reads.at(-1)?.reject(new SignalingError('unavailable'));
    await vi.advanceTimersByTimeAsync(500);
    expect(rooms.reads).toHaveLength(2);
    await answer(stateOf(3, ['ada']));
    expect(toldTo('ada')).toEqual(['state 3']);
  });

  test('asked for while an older one is under way is made behind it', async () => {
    const { rooms, local, enter, toldTo } = openLocalRoom();
    enter('ada', stateOf(2, ['ada', 'bob']));
    local.resync();
    // The first may have been answered by the store before the change that was then lost.
    local.resync();
    rooms.reads[0]?.resolve(stateOf(2, ['ada', 'bob']));
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    expect(rooms.reads).toHaveLength(2);
    rooms.reads[1]?.resolve(stateOf(3, ['ada']));
    await vi.advanceTimersByTimeAsync(0);
    expect(toldTo('ada')).toEqual(['state 3']);
  });

  test('asked for while the first join is under way is made behind its answer', async () => {
    const { rooms, local, enter, answer, toldTo } = openLocalRoom();
    local.expect();
    local.resync();
    expect(rooms.reads).toHaveLength(0);
    // The join may have been carried out before the change that was then lost.
    enter('ada', stateOf(2, ['ada', 'bob']));
    expect(rooms.reads).toHaveLength(1);
    await answer(stateOf(3, ['ada']));
    expect(toldTo('ada')).toEqual(['state 3']);
  });

  test('SPEC 3.5: that comes back with an incarnation which is over changes nothing', async () => {
    const { local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(4, ['ada']));
    local.resync();
    local.expect();
    local.dismiss(peer('ada'));
    local.admit(peer('bob'), stateOf(1, ['bob'], 'second'));
    await answer(stateOf(4, ['ada']));
    expect(local.view?.position).toEqual({ incarnation: 'second', rev: 1 });
    expect(toldTo('bob')).toEqual([]);
  });

  test('of a room that is gone tells nobody anything', async () => {
    const { local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    local.resync();
    await answer(null);
    expect(toldTo('ada')).toEqual([]);
  });

  test('stops with the room', async () => {
    const { rooms, local, enter } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    local.accept(left(3, 'bob'));
    local.dismiss(peer('ada'));
    local.close();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(rooms.reads).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
