import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { gapPatienceMs, openLocalRoom } from '../test/open-local-room.ts';
import { detached, joined, left, peer, rebound, stateOf, updated } from '../test/samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('events', () => {
  test('SPEC 3.6: are told to everybody here but the one who caused them', () => {
    const { local, enter, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    local.accept(joined(2, 'bob'));
    enter('bob', stateOf(2, ['ada', 'bob']));
    local.accept(updated(3, 'ada', { camera: true }));
    local.accept(updated(4, 'bob', { camera: true }));
    local.accept(left(5, 'cy'));
    expect(toldTo('ada')).toEqual(['joined bob 2', 'updated bob 4', 'left cy 5']);
    expect(toldTo('bob')).toEqual(['updated ada 3', 'left cy 5']);
  });

  test('SPEC 3.7: that come twice are told once', () => {
    const { local, enter, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    for (const event of [joined(2, 'bob'), joined(2, 'bob'), left(3, 'bob'), joined(2, 'bob')]) {
      local.accept(event);
    }
    expect(toldTo('ada')).toEqual(['joined bob 2', 'left bob 3']);
  });

  test('SPEC 3.7: that overtook others are told in the order of revisions, each once', () => {
    const { rooms, local, enter, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    for (const event of [left(4, 'bob'), updated(3, 'bob', {}), updated(3, 'bob', {})]) {
      local.accept(event);
    }
    expect(toldTo('ada')).toEqual([]);
    local.accept(joined(2, 'bob'));
    expect(toldTo('ada')).toEqual(['joined bob 2', 'updated bob 3', 'left bob 4']);
    vi.advanceTimersByTime(10 * gapPatienceMs);
    expect(rooms.reads).toHaveLength(0);
  });

  test('SPEC 3.7: that came before the answer to the first join are told behind its snapshot', () => {
    const { local, enter, toldTo } = openLocalRoom();
    local.expect();
    for (const event of [joined(2, 'ada'), left(4, 'bob'), joined(3, 'cy')]) local.accept(event);
    const snapshot = enter('ada', stateOf(2, ['bob', 'ada']));
    // The snapshot is of the moment in which it is given, not of that in which it was asked for.
    expect(snapshot.participants.map(({ peerId }) => peerId)).toEqual(['ada', 'cy']);
    expect(snapshot.rev).toBe(4);
    local.accept(left(5, 'cy'));
    expect(toldTo('ada')).toEqual(['left cy 5']);
  });

  test('SPEC 5.4: of its own return somebody is told who was shown itself without a connection', () => {
    const { local, enter, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    enter('bob', stateOf(2, ['ada', 'bob']));
    local.accept(joined(2, 'bob'));
    local.accept(detached(3, 'ada'));
    local.accept(rebound(4, 'ada', 'n1'));
    local.accept(rebound(5, 'ada', 'n2'));
    expect(toldTo('ada')).toEqual(['joined bob 2', 'reconnected ada 4']);
    expect(toldTo('bob')).toEqual(['reconnecting ada 3', 'reconnected ada 4', 'reconnected ada 5']);
  });

  test('SPEC 3.7: nobody is told anything once dismissed', () => {
    const { local, enter, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    enter('bob', stateOf(2, ['ada', 'bob']));
    local.dismiss(peer('ada'));
    local.accept(joined(2, 'bob'));
    local.accept(joined(3, 'cy'));
    expect(toldTo('ada')).toEqual([]);
    expect(toldTo('bob')).toEqual(['joined cy 3']);
  });
});

describe('SPEC 3.10: somebody is replaced', () => {
  test('here: whoever holds the session is told, and the others as of any change', () => {
    const { local, enter, replaced, toldTo } = openLocalRoom();
    enter('ada', stateOf(2, ['ada', 'bob']));
    enter('bob', stateOf(2, ['ada', 'bob']));
    local.accept(left(3, 'ada', 'replaced'));
    expect(replaced).toEqual(['ada']);
    expect(toldTo('bob')).toEqual(['left ada 3']);
    expect(toldTo('ada')).toEqual([]);
  });

  test('elsewhere, or leaves of itself: nobody is told but the others', () => {
    const { local, enter, replaced, toldTo } = openLocalRoom();
    enter('ada', stateOf(3, ['ada', 'bob', 'cy']));
    local.accept(left(4, 'bob', 'replaced'));
    local.accept(left(5, 'cy'));
    expect(replaced).toEqual([]);
    expect(toldTo('ada')).toEqual(['left bob 4', 'left cy 5']);
  });

  test('and has come in anew by the time that is heard: the later place is not meant', () => {
    const { local, enter, replaced } = openLocalRoom();
    enter('bob', stateOf(2, ['bob', 'ada']));
    enter('ada', stateOf(2, ['bob', 'ada']));
    local.dismiss(peer('ada'));
    enter('ada', stateOf(5, ['bob', 'ada@5']));
    for (const event of [left(3, 'ada', 'replaced'), joined(4, 'cy'), joined(5, 'ada')]) {
      local.accept(event);
    }
    expect(replaced).toEqual([]);
    expect(local.member(peer('ada'))?.participant.seat).toBe(5);
  });
});

describe('a participant is let in', () => {
  test('SPEC 3.7: with a view that is ahead of its answer, and is told nothing from before', () => {
    const { local, enter, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    for (const event of [joined(2, 'bob'), joined(3, 'cy')]) local.accept(event);
    const snapshot = enter('bob', stateOf(2, ['ada', 'bob']));
    expect(snapshot.rev).toBe(3);
    expect(snapshot.participants.map(({ peerId }) => peerId)).toEqual(['ada', 'bob', 'cy']);
    local.accept(left(4, 'cy'));
    expect(toldTo('bob')).toEqual(['left cy 4']);
  });

  test('SPEC 3.7: with a view that is behind, and is told nothing that its snapshot contained', () => {
    const { local, enter, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    const snapshot = enter('cy', stateOf(3, ['ada', 'bob', 'cy']));
    expect(snapshot.rev).toBe(3);
    expect(toldTo('ada')).toEqual([]);
    for (const event of [joined(2, 'bob'), joined(3, 'cy'), left(4, 'bob')]) local.accept(event);
    expect(toldTo('ada')).toEqual(['joined bob 2', 'joined cy 3', 'left bob 4']);
    expect(toldTo('cy')).toEqual(['left bob 4']);
  });

  test('after the last one here has gone: nobody kept the view, the answer replaces it', () => {
    const { local, enter } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    local.expect();
    local.dismiss(peer('ada'));
    const snapshot = local.admit(peer('bob'), stateOf(9, ['cy@7', 'bob@9']));
    expect(snapshot?.rev).toBe(9);
    expect(local.view?.position).toEqual({ incarnation: 'first', rev: 9 });
  });

  test('SPEC 3.5: after the last one here has gone, into another incarnation', () => {
    const { rooms, local, enter, toldTo } = openLocalRoom();
    enter('ada', stateOf(4, ['ada']));
    local.expect();
    local.dismiss(peer('ada'));
    const snapshot = local.admit(peer('bob'), stateOf(1, ['bob'], 'second'));
    expect(snapshot).toMatchObject({ rev: 1, participants: [{ peerId: 'bob' }] });
    expect(snapshot?.participants).toHaveLength(1);
    local.accept(joined(2, 'cy', 'second'));
    expect(toldTo('bob')).toEqual(['joined cy 2']);
    vi.advanceTimersByTime(10 * gapPatienceMs);
    expect(rooms.reads).toHaveLength(0);
  });

  test('SPEC 3.5: and is not shown those who were in the room before it ended', async () => {
    const { rooms, local, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(4, ['ada', 'bob@2']));
    local.expect();
    local.dismiss(peer('ada'));
    // Nobody here is to be spared that bob has gone: nobody has been shown him.
    local.accept(joined(1, 'cy', 'second'));
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    await answer(stateOf(2, ['cy@1', 'dan@2'], 'second'));
    expect(rooms.reads).toHaveLength(1);
    const snapshot = local.admit(peer('dan'), stateOf(2, ['cy@1', 'dan@2'], 'second'));
    expect(snapshot?.participants.map(({ peerId }) => peerId)).toEqual(['cy', 'dan']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(toldTo('dan')).toEqual([]);
  });

  test('and makes the view catch up if the events in between do not come', async () => {
    const { rooms, enter, answer, toldTo } = openLocalRoom();
    enter('ada', stateOf(1, ['ada']));
    enter('cy', stateOf(3, ['ada', 'bob', 'cy']));
    await vi.advanceTimersByTimeAsync(gapPatienceMs);
    expect(rooms.reads).toHaveLength(1);
    await answer(stateOf(3, ['ada', 'bob', 'cy']));
    expect(toldTo('ada')).toEqual(['state 3']);
    expect(toldTo('cy')).toEqual([]);
  });
});
