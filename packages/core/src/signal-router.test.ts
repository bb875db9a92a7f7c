import { SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { envelope, openCore } from '../test/open-core.ts';
import { joined, joinedElsewhere, left, node, peer, stateOf } from '../test/samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** bob, at n2, was there before ada. */
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
    expect(signal(await open('eve'), 'ada')).toEqual({ refusal: 'not_in_room' });
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

  test('SPEC 4.2: in order, also while the view is behind what the sender was shown', async () => {
    const { sent, handler, enter, signal } = await openCore();
    await enter('cy', stateOf(2, ['cy', 'bob@2@n2']));
    // bob has come in anew since, as only ada was shown.
    const ada = await enter('ada', stateOf(5, ['cy', 'bob@4@n2', 'ada@5']));
    signal(ada, 'bob', 1);
    handler.onRoomEvent(left(3, 'bob'));
    signal(ada, 'bob', 2);
    handler.onRoomEvent(joinedElsewhere(4, 'bob'));
    signal(ada, 'bob', 3);
    expect(sent).toHaveLength(0);
    handler.onRoomEvent(joined(5, 'ada'));
    signal(ada, 'bob', 4);
    expect(sent).toMatchObject(
      [1, 2, 3, 4].map((data) => ({ message: { signal: { data, seat: 4 } } })),
    );
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

test('SPEC 4.5: a signal fails when the way out was lost behind it', async () => {
  const { observer, handler, enter, toldTo } = await openCore();
  await enter('ada', withBob);
  handler.onUndelivered({ type: 'signal', signal: envelope('ada', 'bob', { rev: 2, seat: 1 }) });
  expect(toldTo('ada')).toEqual(['signal to bob failed: unavailable']);
  expect(observer.failed).toBe(1);
});

describe('a signal comes back', () => {
  const returned = (attempt: 1 | 2) => ({
    type: 'not-here' as const,
    signal: { ...envelope('ada', 'bob', { rev: 2, seat: 1, attempt }), origin: 'n1' as never },
    node: node('n2'),
  });

  test('and is sent once more, to where its receiver is now', async () => {
    const { rooms, sent, handler, settled, enter } = await openCore();
    await enter('ada', withBob);
    handler.onMessage(returned(1));
    rooms.reads[0]?.resolve(stateOf(4, ['bob@1@n3', 'ada@2']));
    await settled();
    expect(sent).toMatchObject([{ to: 'n3', message: { signal: { attempt: 2, to: 'bob' } } }]);
  });

  test('SPEC 4.2: and has failed when its receiver has come in anew', async () => {
    const { rooms, sent, handler, settled, enter, toldTo } = await openCore();
    await enter('ada', withBob);
    handler.onMessage(returned(1));
    rooms.reads[0]?.resolve(stateOf(4, ['ada@2', 'bob@4@n2']));
    await settled();
    expect(sent).toEqual([]);
    expect(toldTo('ada')).toEqual(['signal to bob failed: peer_unreachable']);
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

  test('SPEC 4.2: and has failed when that took so long that later ones have gone before it', async () => {
    const { rooms, handler, enter, toldTo } = await openCore();
    await enter('ada', withBob);
    const late = returned(1);
    await vi.advanceTimersByTimeAsync(1_001);
    handler.onMessage(late);
    expect(toldTo('ada')).toEqual(['signal to bob failed: peer_unreachable']);
    expect(rooms.reads).toHaveLength(0);
  });

  test('into a bus that is closed breaks nothing', async () => {
    const { wire, observer, handler, enter } = await openCore();
    await enter('ada', withBob);
    wire.isOpen = false;
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'eve', { rev: 1, seat: 1 }) });
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
