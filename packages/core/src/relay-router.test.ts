import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCore } from '../test/open-core.ts';
import {
  incarnation,
  joined,
  joinedElsewhere,
  left,
  node,
  peer,
  room,
  stateOf,
} from '../test/samples.ts';
import type { NodeMessage } from './ports/bus.ts';
import type { RelayEnvelope } from './ports/relay.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const { roomId } = room;
/** How long a relay waits for its sender to be introduced. */
const patienceMs = 1_000;
/** bob and cy, at n2, and dan, at n3, were there before ada. */
const crowd = stateOf(4, ['bob@1@n2', 'cy@2@n2', 'dan@3@n3', 'ada@4']);

/** From bob at n2, who came in with revision `rev`. */
const fromBob = (rev: number, to: [name: string, seat: number][], data = 'hello'): NodeMessage => ({
  type: 'relay',
  relay: {
    room,
    incarnation: incarnation('first'),
    rev,
    from: peer('bob'),
    epoch: 1,
    to: to.map(([name, seat]) => ({ peerId: peer(name), seat })),
    content: { type: 'relayed', name: 'said', data },
    origin: node('n2'),
    acceptedAt: performance.now(),
    attempt: 1,
  },
});

describe('SPEC 11.1: a relay is sent', () => {
  test('with one message to each other node, and nothing that is stored', async () => {
    const { rooms, sent, observer, enter, relay } = await openCore();
    const ada = await enter('ada', crowd);
    expect(relay(ada)).toEqual({ result: {} });
    const seats = (...names: [string, number][]) =>
      names.map(([peerId, seat]) => ({ peerId, seat }));
    expect(sent).toMatchObject([
      { to: 'n2', message: { relay: { from: 'ada', rev: 4, to: seats(['bob', 1], ['cy', 2]) } } },
      { to: 'n3', message: { relay: { content: { data: 'hello' }, to: seats(['dan', 3]) } } },
    ]);
    expect([sent.length, rooms.reads.length]).toEqual([2, 0]);
    expect(observer.routed).toEqual(['relayed']);
  });

  test('inside a node without the bus, to all but its sender', async () => {
    const { sent, enter, relay, execute, toldTo } = await openCore();
    const ada = await enter('ada', stateOf(3, ['ada', 'bob', 'cy']));
    await enter('bob', stateOf(3, ['ada', 'bob', 'cy']));
    await enter('cy', stateOf(3, ['ada', 'bob', 'cy']));
    relay(ada);
    execute(ada, 'chat:typing', { roomId, isTyping: true });
    for (const name of ['bob', 'cy']) {
      expect(toldTo(name)).toEqual(['said from ada: "hello"', 'ada types']);
    }
    expect([toldTo('ada'), sent]).toEqual([[], []]);
  });

  test('by nobody who is not in the room', async () => {
    const { enter, open, relay, toldTo } = await openCore();
    await enter('ada', crowd);
    expect(relay(await open('eve'))).toEqual({ refusal: 'not_in_room' });
    expect(toldTo('ada')).toEqual([]);
  });

  test('to nobody while the way to other nodes is closed', async () => {
    const { wire, enter, relay, toldTo } = await openCore();
    const state = stateOf(3, ['bob@1@n2', 'ada@2', 'cy@3']);
    const ada = await enter('ada', state);
    await enter('cy', state);
    wire.isOpen = false;
    expect(relay(ada)).toEqual({ refusal: 'unavailable' });
    expect(toldTo('cy')).toEqual([]);
  });

  test('to those whom the sender’s join showed, once the view knows them, in order', async () => {
    const { sent, handler, enter, relay } = await openCore();
    await enter('cy', stateOf(1, ['cy']));
    const ada = await enter('ada', stateOf(3, ['cy', 'bob@2@n2', 'ada@3']));
    relay(ada, 1);
    handler.onRoomEvent(joinedElsewhere(2, 'bob'));
    relay(ada, 2);
    expect(sent).toEqual([]);
    handler.onRoomEvent(joined(3, 'ada'));
    relay(ada, 3);
    expect(sent).toMatchObject(
      [1, 2, 3].map((data) => ({ message: { relay: { content: { data } } } })),
    );
  });
});

describe('SPEC 11.3: a relay arrives', () => {
  test('and is passed on once its sender has been introduced, in order', async () => {
    const { handler, enter, toldTo } = await openCore();
    await enter('ada', stateOf(1, ['ada']));
    for (const data of ['1', '2']) handler.onMessage(fromBob(2, [['ada', 1]], data));
    expect(toldTo('ada')).toEqual([]);
    handler.onRoomEvent(joinedElsewhere(2, 'bob'));
    expect(toldTo('ada')).toEqual(['joined bob 2', 'said from bob: "1"', 'said from bob: "2"']);
  });

  test('before the answer to a receiver’s join, and is passed on behind it', async () => {
    const { rooms, handler, settled, open, join, toldTo } = await openCore();
    join(await open('ada'));
    handler.onMessage(fromBob(1, [['ada', 2]]));
    rooms.joins[0]?.resolve({ kind: 'joined', state: stateOf(2, ['bob@1@n2', 'ada@2']) });
    await settled();
    expect(toldTo('ada')).toEqual(['said from bob: "hello"']);
  });

  test('from one who has left, or for one who has come in anew: it is not passed on', async () => {
    const { handler, enter, toldTo } = await openCore();
    await enter('ada', stateOf(2, ['bob@1@n2', 'ada@2']));
    handler.onMessage(fromBob(1, [['ada', 1]]));
    handler.onRoomEvent(left(3, 'bob'));
    handler.onMessage(fromBob(1, [['ada', 2]]));
    expect(toldTo('ada')).toEqual(['left bob 3']);
  });

  test('and names in one answer all who are not here', async () => {
    const { sent, handler, settled, enter, toldTo } = await openCore();
    await enter('ada', stateOf(2, ['bob@1@n2', 'ada@2']));
    handler.onMessage(
      fromBob(1, [
        ['eve', 7],
        ['ada', 2],
        ['fay', 8],
      ]),
    );
    await settled();
    expect(toldTo('ada')).toEqual(['said from bob: "hello"']);
    const missing = [
      { peerId: 'eve', seat: 7 },
      { peerId: 'fay', seat: 8 },
    ];
    expect(sent).toMatchObject([
      { to: 'n2', message: { type: 'relay-not-here', relay: { to: missing } } },
    ]);
  });

  test('whose sender stays unknown goes back', async () => {
    const { sent, handler, enter } = await openCore();
    await enter('ada', stateOf(1, ['ada']));
    handler.onMessage(fromBob(2, [['ada', 1]]));
    await vi.advanceTimersByTimeAsync(patienceMs);
    expect(sent).toMatchObject([{ to: 'n2', message: { type: 'relay-not-here' } }]);
  });
});

describe('SPEC 11.3: a relay comes back', () => {
  const returned = (change: Partial<RelayEnvelope> = {}): NodeMessage => {
    const { relay } = fromBob(4, [
      ['bob', 1],
      ['cy', 2],
    ]) as { relay: RelayEnvelope };
    return {
      type: 'relay-not-here',
      relay: { ...relay, from: peer('ada'), ...change },
      node: node('n2'),
    };
  };

  test('and is sent once more to where its receivers are now, but not to who has come anew', async () => {
    const { rooms, sent, handler, settled, enter } = await openCore();
    await enter('ada', crowd);
    handler.onMessage(returned());
    rooms.reads[0]?.resolve(stateOf(6, ['bob@1@n3', 'ada@4', 'cy@6@n2']));
    await settled();
    expect(sent).toMatchObject([
      { to: 'n3', message: { relay: { attempt: 2, to: [{ peerId: 'bob', seat: 1 }] } } },
    ]);
  });

  test('to be given up the second time', async () => {
    const { rooms, observer, handler, enter } = await openCore();
    await enter('ada', crowd);
    handler.onMessage(returned({ attempt: 2 }));
    expect([rooms.reads.length, observer.failed]).toEqual([0, 2]);
  });

  test('to be given up when nobody can say where they are', async () => {
    const { rooms, observer, handler, settled, enter } = await openCore();
    await enter('ada', crowd);
    handler.onMessage(returned());
    rooms.reads[0]?.reject(new Error('away'));
    await settled();
    expect([observer.failed, observer.faults.length]).toEqual([2, 2]);
  });
});

test('SPEC 11.2: who was typing is not told to a client that comes back', async () => {
  const { core, enter, relay, execute } = await openCore();
  const ada = await enter('ada', stateOf(2, ['ada', 'bob']));
  const bob = await enter('bob', stateOf(2, ['ada', 'bob']));
  void core.connectionLost(bob);
  execute(ada, 'chat:typing', { roomId, isTyping: true });
  relay(ada);
  expect(bob.takeBacklog().map(({ type }) => type)).toEqual(['relayed']);
});
