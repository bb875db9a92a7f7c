import { RoomId, SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCore } from '../test/open-core.ts';
import {
  client,
  joined,
  left,
  node,
  peer,
  profile,
  room,
  stateOf,
  userOf,
} from '../test/samples.ts';

const { roomId } = room;
const another = RoomId.parse('another');
const silent = { camera: false, microphone: false, screen: false };
const ada = userOf('ada', { rooms: ['*'], create: true });
/** Within this time a session in doubt is compared with the store. */
const reconciledMs = 500;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('SPEC 3.10: a session that is replaced', () => {
  test('in its only room is over, is told, and is remembered as replaced', async () => {
    const { core, store, handler, settled, enter, toldTo } = await openCore();
    await enter('bob', stateOf(2, ['bob', 'tab1']));
    await enter('tab1', stateOf(2, ['bob', 'tab1']), ada);
    handler.onRoomEvent(left(3, 'tab1', 'replaced'));
    handler.onRoomEvent(joined(4, 'tab2'));
    await settled();
    expect(toldTo('tab1')).toEqual(['closed: replaced']);
    expect(toldTo('bob')).toEqual(['left tab1 3', 'joined tab2 4']);
    expect(store.calls.slice(-2)).toEqual(['end tab1, replaced', 'settle tab1']);
    expect(core.sessionCount).toBe(1);
  });

  test('goes on in its other rooms, and is out of the one', async () => {
    const { rooms, store, handler, settled, enter, execute, signal, toldTo } = await openCore();
    const tab1 = await enter('tab1', stateOf(2, ['bob', 'tab1']), ada);
    execute(tab1, 'room:join', { roomId: another, media: silent });
    rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(1, ['tab1']) });
    await settled();
    handler.onRoomEvent(left(3, 'tab1', 'replaced'));
    handler.onRoomEvent(joined(4, 'tab2'));
    await settled();
    expect(toldTo('tab1')).toEqual(['out of consultation: session_replaced']);
    expect(tab1.memberships.size).toBe(1);
    expect(signal(tab1, 'bob')).toEqual({ refusal: 'not_in_room' });
    expect(store.calls.at(-1)).toBe('forget tab1 consultation');
  });

  test('and comes in anew at its user’s wish has the room on its list', async () => {
    const { rooms, store, handler, settled, enter, execute, join } = await openCore();
    const tab1 = await enter('tab1', stateOf(1, ['tab1']), ada);
    execute(tab1, 'room:join', { roomId: another, media: silent });
    rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(1, ['tab1']) });
    await settled();
    handler.onRoomEvent(left(2, 'tab1', 'replaced'));
    join(tab1);
    await settled();
    rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(5, ['tab1@5']) });
    await settled();
    const ofRoom = store.calls.filter((call) => call.endsWith('tab1 consultation'));
    expect(ofRoom.at(-1)).toBe('intend tab1 consultation');
    // An event about the former place, come late, is not about this one.
    handler.onRoomEvent(left(4, 'tab1', 'replaced'));
    expect(tab1.memberships.size).toBe(2);
  });

  test('while it was about to join again keeps the room on its list', async () => {
    const { rooms, store, handler, settled, enter, execute, join } = await openCore();
    await enter('cy', stateOf(1, ['cy']));
    const tab1 = await enter('tab1', stateOf(3, ['cy', 'bob@2', 'tab1@3']), ada);
    execute(tab1, 'room:join', { roomId: another, media: silent });
    rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(1, ['tab1']) });
    await settled();
    // The first waits for the view to catch up, the second for the first.
    const answers = [join(tab1), join(tab1)];
    for (const event of [joined(2, 'bob'), joined(3, 'tab1'), left(4, 'tab1', 'replaced')]) {
      handler.onRoomEvent(event);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(6, ['cy', 'bob@2', 'tab1@6']) });
    await settled();
    expect(answers).toMatchObject([{ refusal: 'unavailable' }, { result: { peerId: 'tab1' } }]);
    const ofRoom = store.calls.filter((call) => call.endsWith('tab1 consultation'));
    expect(ofRoom.at(-1)).toBe('intend tab1 consultation');
  });

  test('while its connection is lost is over as well, for when it comes back', async () => {
    const { core, rooms, store, handler, settled, enter } = await openCore();
    const tab1 = await enter('tab1', stateOf(1, ['tab1']), ada);
    void core.connectionLost(tab1);
    await settled();
    rooms.detaches[0]?.resolve();
    handler.onRoomEvent(left(2, 'tab1', 'replaced'));
    await settled();
    expect(store.calls.slice(-2)).toEqual(['end tab1, replaced', 'settle tab1']);
    expect(core.sessionCount).toBe(0);
  });

  test('while its connection is lost, in one of its rooms, is told on whichever node it comes back', async () => {
    const { core, rooms, handler, sent, settled, enter, execute } = await openCore();
    const tab1 = await enter('tab1', stateOf(1, ['tab1']), ada);
    execute(tab1, 'room:join', { roomId: another, media: silent });
    rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(1, ['tab1']) });
    await settled();
    void core.connectionLost(tab1);
    handler.onRoomEvent(left(2, 'tab1', 'replaced'));
    handler.onFenced({ peerId: peer('tab1'), epoch: 2, node: node('n2') });
    expect(sent).toMatchObject([
      { to: 'n2', message: { type: 'handover', notices: [{ type: 'membership-ended', roomId }] } },
    ]);
  });

  test('before the answer to its own join is refused that join', async () => {
    const { handler, rooms, settled, open, join, enter, toldTo } = await openCore();
    await enter('bob', stateOf(1, ['bob']));
    const tab1 = await open('tab1', ada);
    const answer = join(tab1);
    for (const event of [joined(2, 'tab1'), left(3, 'tab1', 'replaced'), joined(4, 'tab2')]) {
      handler.onRoomEvent(event);
    }
    rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(2, ['bob', 'tab1']) });
    await settled();
    expect(answer).toEqual({ refusal: 'session_replaced' });
    expect(toldTo('tab1')).toEqual(['closed: replaced']);
    expect(toldTo('bob')).toEqual(['joined tab1 2', 'left tab1 3', 'joined tab2 4']);
  });

  test('and the event is lost, learns it from the store', async () => {
    const { rooms, handler, settled, enter, toldTo, core } = await openCore();
    await enter('tab1', stateOf(1, ['tab1']), ada);
    // The event of revision 2, which took it out, does not come: a gap.
    handler.onRoomEvent(joined(3, 'tab2'));
    await vi.advanceTimersByTimeAsync(50);
    rooms.reads.at(-1)?.resolve(stateOf(3, ['tab2@3']));
    await vi.advanceTimersByTimeAsync(2 * reconciledMs);
    expect(rooms.rebinds.at(-1)?.request).toMatchObject({ room, soleUser: 'ada' });
    rooms.rebinds.at(-1)?.resolve({ kind: 'replaced' });
    await settled();
    expect(toldTo('tab1').at(-1)).toBe('closed: replaced');
    expect(core.sessionCount).toBe(0);
  });

  test('and is to be registered again after a loss gives way', async () => {
    const { rooms, handler, settled, enter, toldTo } = await openCore();
    await enter('tab1', stateOf(1, ['tab1']), ada);
    handler.onGap();
    await vi.advanceTimersByTimeAsync(2 * reconciledMs);
    expect(rooms.registrations.at(-1)?.request).toMatchObject({
      soleUser: 'ada',
      ifLost: { capacity: 10, duplicates: 'replace' },
    });
    rooms.registrations.at(-1)?.resolve({ kind: 'replaced' });
    await settled();
    expect(toldTo('tab1')).toEqual(['closed: replaced']);
  });
});

describe('SPEC 3.10: a session that was replaced while nobody held it', () => {
  const request = {
    peerId: peer('tab1'),
    principal: ada,
    client,
    secretDigest: 'digest of tab1',
    graceMs: 20_000,
    duplicates: 'replace',
    lastEpoch: 1,
  } as const;

  test('is not resumed, when that was its only room', async () => {
    const { core, rooms, store, settled } = await openCore();
    const previousNode = node('n2');
    store.claimed = {
      kind: 'claimed',
      epoch: 2,
      previousNode,
      graceMs: 20_000,
      profile,
      rooms: [room],
    };
    const resuming = core.resumeSession(request);
    await settled();
    rooms.rebinds[0]?.resolve({ kind: 'replaced' });
    expect(await resuming).toEqual({ kind: 'replaced' });
    expect(store.calls).toContain('end tab1, replaced');
    expect(core.sessionCount).toBe(0);
  });

  test('is resumed in its other rooms, and told', async () => {
    const { core, rooms, store, settled } = await openCore();
    const previousNode = node('n2');
    const otherRoom = { ...room, roomId: another };
    const entered = [room, otherRoom];
    store.claimed = {
      kind: 'claimed',
      epoch: 2,
      previousNode,
      graceMs: 20_000,
      profile,
      rooms: entered,
    };
    const resuming = core.resumeSession(request);
    await settled();
    rooms.rebinds[0]?.resolve({ kind: 'replaced' });
    rooms.rebinds[1]?.resolve({ kind: 'rebound', state: stateOf(1, ['tab1']) });
    const outcome = await resuming;
    if (outcome.kind !== 'resumed') throw new Error(outcome.kind);
    expect(outcome.session.takeBacklog()).toMatchObject([
      { type: 'membership-ended', roomId, error: { code: 'session_replaced' } },
      { type: 'room-state' },
    ]);
    // A join from the node that held it may be on its way, and would have to be left.
    expect(store.calls).not.toContain('forget tab1 consultation');
  });

  test('as the store remembers, is not resumed either', async () => {
    const { core, store } = await openCore();
    store.claimed = { kind: 'replaced' };
    expect(await core.resumeSession(request)).toEqual({ kind: 'replaced' });
  });
});

test('SPEC 7.4: a session that its node vouches for, while the store is away, goes on under the newer token', async () => {
  const { core, store, open } = await openCore();
  const tab1 = await open('tab1', { ...ada, expiresAt: 1 });
  store.isAway = true;
  const outcome = await core.resumeSession({
    ...tab1.record,
    client,
    peerId: peer('tab1'),
    principal: ada,
    duplicates: 'replace',
    lastEpoch: 1,
  });
  expect(outcome).toEqual({ kind: 'resumed', session: tab1 });
  expect(tab1.principal).toBe(ada);
  const thief = {
    ...tab1.record,
    client,
    peerId: peer('tab1'),
    principal: userOf('eve'),
    duplicates: 'replace',
    lastEpoch: 1,
  } as const;
  await expect(core.resumeSession(thief)).rejects.toThrow(SignalingError);
});
