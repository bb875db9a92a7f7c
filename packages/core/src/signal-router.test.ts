import { SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { envelope, openCore } from '../test/open-core.ts';
import { joined, joinedElsewhere, left, peer, stateOf } from '../test/samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How long a signal waits for its sender to be introduced. */
const patienceMs = 1_000;
const withBob = stateOf(2, ['bob@1@n2', 'ada@2']);

describe('a signal is sent', () => {
  test('inside a node without touching bus or store', async () => {
    const { rooms, sent, enter, signal, toldTo } = await openCore();
    const ada = await enter('ada', stateOf(1, ['ada']));
    await enter('bob', stateOf(2, ['ada', 'bob']));
    // The event of bob's join is what lets ada know where he is.
    expect(signal(ada, 'ada')).toEqual({ result: {} });
    expect(toldTo('ada')).toEqual(['signal from ada: "hello"']);
    expect([sent, rooms.reads]).toEqual([[], []]);
  });

  test('to another node with one message, and nothing that is stored', async () => {
    const { rooms, sent, observer, enter, signal } = await openCore();
    const ada = await enter('ada', withBob);
    expect(signal(ada, 'bob', { sdp: '' })).toEqual({ result: {} });
    expect(sent).toMatchObject([
      {
        to: 'n2',
        message: {
          type: 'signal',
          signal: { incarnation: 'first', rev: 2, from: 'ada', to: 'bob', data: { sdp: '' } },
        },
      },
    ]);
    expect(rooms.reads).toHaveLength(0);
    expect(observer.routed).toEqual(['custom remote']);
  });

  test('SPEC 4.3: by nobody who is not in the room', async () => {
    const { enter, open, signal } = await openCore();
    await enter('ada', withBob);
    expect(signal(open('eve'), 'ada')).toEqual({ refusal: 'not_in_room' });
  });

  test('SPEC 4.3: to nobody who is not in the room', async () => {
    const { enter, signal } = await openCore();
    const ada = await enter('ada', withBob);
    expect(signal(ada, 'eve')).toEqual({ refusal: 'peer_unreachable' });
  });

  test('is refused at once while the way to the other node is closed', async () => {
    const { wire, enter, signal } = await openCore();
    const ada = await enter('ada', withBob);
    wire.isOpen = false;
    expect(signal(ada, 'bob')).toEqual({ refusal: 'unavailable' });
  });

  test('to one whom only the snapshot of the sender’s join named, once the view knows', async () => {
    const { sent, handler, enter, signal } = await openCore();
    await enter('cy', stateOf(1, ['cy']));
    const ada = await enter('ada', stateOf(3, ['cy', 'bob@2@n2', 'ada@3']));
    expect(signal(ada, 'bob')).toEqual({ result: {} });
    expect(sent).toHaveLength(0);
    handler.onRoomEvent(joinedElsewhere(2, 'bob'));
    expect(sent).toHaveLength(0);
    handler.onRoomEvent(joined(3, 'ada'));
    expect(sent).toMatchObject([{ to: 'n2' }]);
  });

  test('SPEC 4.5: fails, and breaks nothing, if the way out closes while it waits', async () => {
    const { wire, sent, handler, enter, signal, toldTo } = await openCore();
    await enter('cy', stateOf(1, ['cy']));
    const ada = await enter('ada', stateOf(3, ['cy', 'bob@2@n2', 'ada@3']));
    for (const data of [1, 2]) signal(ada, 'bob', data);
    wire.isOpen = false;
    handler.onRoomEvent(joinedElsewhere(2, 'bob'));
    handler.onRoomEvent(joined(3, 'ada'));
    expect(sent).toHaveLength(0);
    const failed = 'signal to bob failed: unavailable';
    expect(toldTo('ada')).toEqual([failed, failed]);
  });
});

describe('a signal arrives', () => {
  test('SPEC 4.4: and is passed on once its sender has been introduced, in order', async () => {
    const { handler, enter, toldTo } = await openCore();
    await enter('ada', stateOf(1, ['ada']));
    for (const data of [1, 2, 3]) {
      handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 2, data }) });
    }
    expect(toldTo('ada')).toEqual([]);
    handler.onRoomEvent(joinedElsewhere(2, 'bob'));
    const signals = [1, 2, 3].map((data) => `signal from bob: ${data}`);
    expect(toldTo('ada')).toEqual(['joined bob 2', ...signals]);
  });

  test('SPEC 4.4: before the answer to its receiver’s join, and is passed on behind it', async () => {
    const { rooms, handler, settled, open, join, toldTo } = await openCore();
    const answer = join(open('ada'));
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1 }) });
    expect(toldTo('ada')).toEqual([]);
    rooms.joins[0]?.resolve({ kind: 'joined', state: withBob });
    await settled();
    expect(answer.result?.room.participants).toHaveLength(2);
    expect(toldTo('ada')).toEqual(['signal from bob: "hello"']);
  });

  test('SPEC 4.4: whose sender stays unknown: the room is read', async () => {
    const { rooms, handler, settled, enter, toldTo } = await openCore();
    await enter('ada', stateOf(1, ['ada']));
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 2 }) });
    await vi.advanceTimersByTimeAsync(50);
    rooms.reads[0]?.resolve(stateOf(2, ['ada', 'bob@2@n2']));
    await settled();
    expect(toldTo('ada')).toEqual(['state 2', 'signal from bob: "hello"']);
  });

  test('and goes back, whole, when its receiver is not here or its sender stays unknown', async () => {
    const { sent, handler, enter, toldTo } = await openCore();
    await enter('ada', stateOf(1, ['ada']));
    const forNobody = envelope('bob', 'eve', { rev: 1 });
    handler.onMessage({ type: 'signal', signal: forNobody });
    const tooEarly = envelope('bob', 'ada', { rev: 2 });
    handler.onMessage({ type: 'signal', signal: tooEarly });
    await vi.advanceTimersByTimeAsync(patienceMs);
    expect(sent).toEqual([
      { to: 'n2', message: { type: 'not-here', signal: forNobody } },
      { to: 'n2', message: { type: 'not-here', signal: tooEarly } },
    ]);
    expect(toldTo('ada')).toEqual([]);
  });

  test('SPEC 4.4: from one who left before its receiver came in anew: it is not passed on', async () => {
    const { core, rooms, handler, settled, enter, join, execute, toldTo } = await openCore();
    const ada = await enter('ada', withBob);
    execute(ada, 'room:leave', { roomId: withRoomId });
    rooms.leaves[0]?.resolve({ kind: 'left' });
    await settled();
    // bob leaves with revision 4, and ada comes back with 6 to find cy alone.
    join(ada);
    rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(6, ['cy@5@n2', 'ada@6']) });
    await settled();
    expect(core.roomCount).toBe(1);
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1 }) });
    await vi.advanceTimersByTimeAsync(2 * patienceMs);
    expect(toldTo('ada')).toEqual([]);
  });
});

const withRoomId = envelope('bob', 'ada', { rev: 1 }).room.roomId;

describe('a signal comes back', () => {
  const returned = (attempt: 1 | 2) => ({
    type: 'not-here' as const,
    signal: { ...envelope('ada', 'bob', { rev: 2, attempt }), origin: 'n1' as never },
  });

  test('and is sent once more, to where its receiver is now', async () => {
    const { rooms, sent, handler, settled, enter } = await openCore();
    await enter('ada', withBob);
    handler.onMessage(returned(1));
    rooms.reads[0]?.resolve(stateOf(4, ['ada@2', 'bob@4@n3']));
    await settled();
    expect(sent).toMatchObject([{ to: 'n3', message: { signal: { attempt: 2, to: 'bob' } } }]);
  });

  test('SPEC 4.5: and has failed when its receiver is gone', async () => {
    const { rooms, observer, handler, settled, enter, toldTo } = await openCore();
    await enter('ada', withBob);
    handler.onMessage(returned(1));
    rooms.reads[0]?.resolve(stateOf(3, ['ada@2']));
    await settled();
    expect(toldTo('ada')).toEqual(['signal to bob failed: peer_unreachable']);
    expect(observer.failed).toBe(1);
  });

  test('SPEC 4.5: and has failed when it was the second time', async () => {
    const { rooms, handler, enter, toldTo } = await openCore();
    await enter('ada', withBob);
    handler.onMessage(returned(2));
    expect(toldTo('ada')).toEqual(['signal to bob failed: peer_unreachable']);
    expect(rooms.reads).toHaveLength(0);
  });

  test('SPEC 4.5: and has failed when nobody can say where its receiver is', async () => {
    const { rooms, handler, settled, enter, toldTo } = await openCore();
    await enter('ada', withBob);
    handler.onMessage(returned(1));
    rooms.reads[0]?.reject(new SignalingError('unavailable'));
    await settled();
    expect(toldTo('ada')).toEqual(['signal to bob failed: unavailable']);
  });

  test('into a bus that is closed breaks nothing', async () => {
    const { wire, observer, handler, enter } = await openCore();
    await enter('ada', withBob);
    wire.isOpen = false;
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'eve', { rev: 1 }) });
    expect(observer.faults).toHaveLength(1);
  });
});

test('SPEC 4.3: a signal reaches nobody who has left', async () => {
  const { handler, enter, signal, toldTo } = await openCore();
  const ada = await enter('ada', withBob);
  handler.onRoomEvent(left(3, 'bob'));
  expect(signal(ada, 'bob')).toEqual({ refusal: 'peer_unreachable' });
  expect(toldTo(peer('ada'))).toEqual(['left bob 3']);
});
