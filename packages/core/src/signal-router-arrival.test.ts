import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { envelope, openCore } from '../test/open-core.ts';
import { hasLeft, joinedElsewhere, left, rebound, room, stateOf } from '../test/samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How long a signal waits for its sender to be introduced. */
const patienceMs = 1_000;
/** bob, at n2, was there before ada. */
const withBob = stateOf(2, ['bob@1@n2', 'ada@2']);

describe('a signal arrives', () => {
  test('SPEC 4.4: and is passed on once its sender has been introduced, in order', async () => {
    const { handler, enter, toldTo } = await openCore();
    await enter('ada', stateOf(1, ['ada']));
    for (const data of [1, 2, 3]) {
      handler.onMessage({
        type: 'signal',
        signal: envelope('bob', 'ada', { rev: 2, seat: 1, data }),
      });
    }
    expect(toldTo('ada')).toEqual([]);
    handler.onRoomEvent(joinedElsewhere(2, 'bob'));
    const signals = [1, 2, 3].map((data) => `signal from bob: ${data}`);
    expect(toldTo('ada')).toEqual(['joined bob 2', ...signals]);
  });

  test('SPEC 4.4: before the answer to its receiver’s join, and is passed on behind it', async () => {
    const { rooms, handler, settled, open, join, toldTo } = await openCore();
    const answer = join(await open('ada'));
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
    expect(toldTo('ada')).toEqual([]);
    rooms.joins[0]?.resolve({ kind: 'joined', state: withBob });
    await settled();
    expect(answer.result?.room.participants).toHaveLength(2);
    expect(toldTo('ada')).toEqual(['signal from bob: "hello"']);
  });

  test('SPEC 4.4: whose sender stays unknown: the room is read', async () => {
    const { rooms, handler, settled, enter, toldTo } = await openCore();
    await enter('ada', stateOf(1, ['ada']));
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 2, seat: 1 }) });
    await vi.advanceTimersByTimeAsync(50);
    rooms.reads[0]?.resolve(stateOf(2, ['ada', 'bob@2@n2']));
    await settled();
    expect(toldTo('ada')).toEqual(['state 2', 'signal from bob: "hello"']);
  });

  test('and goes back, whole, when its receiver is not here or its sender stays unknown', async () => {
    const { sent, handler, enter, toldTo } = await openCore();
    await enter('ada', stateOf(1, ['ada']));
    const forNobody = envelope('bob', 'eve', { rev: 1, seat: 1 });
    handler.onMessage({ type: 'signal', signal: forNobody });
    const tooEarly = envelope('bob', 'ada', { rev: 2, seat: 1 });
    handler.onMessage({ type: 'signal', signal: tooEarly });
    await vi.advanceTimersByTimeAsync(patienceMs);
    expect(sent).toEqual([
      { to: 'n2', message: { type: 'not-here', signal: forNobody, node: 'n1' } },
      { to: 'n2', message: { type: 'not-here', signal: tooEarly, node: 'n1' } },
    ]);
    expect(toldTo('ada')).toEqual([]);
  });

  test('SPEC 4.4: from one who has left: it is not passed on', async () => {
    const { sent, handler, enter, toldTo } = await openCore();
    await enter('ada', withBob);
    handler.onRoomEvent(left(3, 'bob'));
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
    expect(toldTo('ada')).toEqual(['left bob 3']);
    expect(sent).toMatchObject([{ to: 'n2', message: { type: 'not-here' } }]);
  });

  test('SPEC 4.2, 4.4: from before its receiver came in anew: it is not passed on', async () => {
    const { rooms, sent, handler, settled, enter, join, execute, toldTo } = await openCore();
    const ada = await enter('ada', withBob);
    execute(ada, 'room:leave', { roomId: room.roomId });
    rooms.leaves[0]?.resolve(hasLeft);
    await settled();
    join(ada);
    rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(4, ['bob@1@n2', 'ada@4']) });
    await settled();
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
    expect(sent).toMatchObject([{ to: 'n2', message: { type: 'not-here' } }]);
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 4 }) });
    expect(toldTo('ada')).toEqual(['signal from bob: "hello"']);
  });

  test('SPEC 4.2: from before its sender came in anew: it is not passed on', async () => {
    const { sent, handler, enter, toldTo } = await openCore();
    await enter('ada', withBob);
    handler.onRoomEvent(left(3, 'bob'));
    handler.onRoomEvent(joinedElsewhere(4, 'bob'));
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
    expect(sent).toMatchObject([{ to: 'n2', message: { type: 'not-here' } }]);
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 4, seat: 2 }) });
    expect(toldTo('ada')).toEqual(['left bob 3', 'joined bob 4', 'signal from bob: "hello"']);
  });

  test('SPEC 4.2: from a node whose sender has gone on elsewhere: it is not passed on', async () => {
    const { sent, handler, enter, toldTo } = await openCore();
    await enter('ada', withBob);
    handler.onRoomEvent(rebound(3, 'bob', 'n3'));
    sent.length = 0;
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
    expect(sent).toMatchObject([{ to: 'n2', message: { type: 'not-here' } }]);
    // The news of being bound anew may also come later than the first signal from there.
    for (const epoch of [2, 3]) {
      const signal = envelope('bob', 'ada', { rev: 1, seat: 2, epoch, data: epoch });
      handler.onMessage({ type: 'signal', signal });
    }
    expect(toldTo('ada').filter((told) => told.startsWith('signal'))).toEqual([
      'signal from bob: 2',
      'signal from bob: 3',
    ]);
  });

  test('SPEC 4.5: for one who ends before its sender is introduced: it goes back', async () => {
    const { core, sent, handler, settled, enter } = await openCore();
    await enter('cy', withBob);
    const ada = await enter('ada', withBob);
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 3, seat: 2 }) });
    void core.endSession(ada);
    handler.onRoomEvent(joinedElsewhere(3, 'bob'));
    await settled();
    await vi.advanceTimersByTimeAsync(patienceMs);
    expect(sent).toMatchObject([{ to: 'n2', message: { type: 'not-here' } }]);
  });
});
