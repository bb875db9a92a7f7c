import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { gapPatienceMs, openLocalRoom } from '../test/open-local-room.ts';
import { incarnation, joined, peer, stateOf } from '../test/samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what waits for a position', () => {
  const position = (rev: number) => ({ incarnation: incarnation('first'), rev });

  test('SPEC 4.4: a participant has been shown what its snapshot or an event contained', () => {
    const { local, enter } = openLocalRoom();
    enter('ada', stateOf(2, ['ada', 'bob']));
    const shown = (name: string, rev: number) => local.hasShown(peer(name), position(rev));
    expect([shown('ada', 2), shown('ada', 3)]).toEqual([true, false]);
    local.accept(joined(3, 'cy'));
    expect(shown('ada', 3)).toBe(true);
    expect(shown('eve', 1)).toBe(false);
  });

  test('SPEC 4.4: one who was let in with more than the view has seen waits for the view', () => {
    const { local, enter } = openLocalRoom();
    enter('ada', stateOf(2, ['ada', 'bob']));
    enter('dan', stateOf(4, ['ada', 'bob', 'cy', 'dan']));
    const shown = (rev: number) => local.hasShown(peer('dan'), position(rev));
    // Whether bob is still in the room, as dan was shown it, cannot be said yet.
    expect([shown(2), shown(4)]).toEqual([false, false]);
    for (const event of [joined(3, 'cy'), joined(4, 'dan')]) local.accept(event);
    expect([shown(2), shown(4), shown(5)]).toEqual([true, true, false]);
  });

  test('SPEC 3.8: a participant has been shown the room that it was sent instead of changes', async () => {
    const { local, enter, answer } = openLocalRoom();
    enter('ada', stateOf(5, ['ada']));
    local.resync();
    await answer(stateOf(2, ['ada', 'bob'], 'second'));
    const at = { incarnation: incarnation('second'), rev: 2 };
    expect(local.hasShown(peer('ada'), at)).toBe(true);
  });

  test('SPEC 4.4: goes on after the event that it waited for has been told', () => {
    const { local, enter, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    const told: string[][] = [];
    local.when(
      () => local.hasShown(peer('ada'), position(2)),
      () => told.push(toldTo('ada')),
    );
    expect(told).toEqual([]);
    local.accept(joined(2, 'bob'));
    expect(told).toEqual([['joined bob 2']]);
  });

  test('SPEC 4.4: goes on after somebody was let in and has been answered', () => {
    const { local } = openLocalRoom();
    local.expect();
    const calls: boolean[] = [];
    local.when(
      () => local.hasShown(peer('bob'), position(1)),
      (due) => calls.push(due),
    );
    local.admit(peer('bob'), stateOf(2, ['ada', 'bob']));
    expect(calls).toEqual([]);
    local.settle();
    expect(calls).toEqual([true]);
  });

  test('makes the room be read when the event does not come', async () => {
    const { rooms, local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    const calls: boolean[] = [];
    local.when(
      () => local.hasShown(peer('ada'), position(2)),
      (due) => calls.push(due),
    );
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    expect(rooms.reads).toHaveLength(1);
    await answer(stateOf(2, ['ada', 'bob']));
    expect(toldTo('ada')).toEqual(['state 2']);
    expect(calls).toEqual([true]);
  });

  test('is turned away when nobody is interested in the room any more', () => {
    const { local } = openLocalRoom();
    local.expect();
    const calls: boolean[] = [];
    local.when(
      () => false,
      (due) => calls.push(due),
    );
    local.abandon();
    expect(local.isIdle).toBe(true);
    local.close();
    expect(calls).toEqual([false]);
  });
});
