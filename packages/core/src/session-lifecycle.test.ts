import { SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCore } from '../test/open-core.ts';
import { connect, graceMs, resume } from '../test/resume-session.ts';
import { client, guest, hasLeft, left, node, peer, room, stateOf } from '../test/samples.ts';

/** Within this time a session in doubt is compared with the store. */
const reconciledMs = 500;
const withBob = stateOf(2, ['bob@1@n2', 'ada@2']);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('SPEC 1.4: a session that ends', () => {
  test.each([true, false])(
    'while it joins does not enter behind its leave (ordered: %s)',
    async (isOrdered) => {
      const { core, rooms, store, settled, open, join } = await openCore({ isOrdered });
      const ada = await open('ada');
      const answer = join(ada);
      await settled();
      void core.endSession(ada);
      await settled();
      expect(store.calls).not.toContain('end ada');
      rooms.joins[0]?.resolve({ kind: 'joined', state: stateOf(1, ['ada']) });
      await settled();
      expect(rooms.leaves).toHaveLength(1);
      rooms.leaves[0]?.resolve(hasLeft);
      await settled();
      expect(answer).toEqual({ refusal: 'session_replaced' });
      expect(store.calls).toContain('end ada');
    },
  );

  test('leaves rooms, too, that the store does not name', async () => {
    const { core, rooms, settled, enter } = await openCore();
    const ada = await enter('ada', stateOf(1, ['ada']));
    void core.endSession(ada);
    await settled();
    // Under an epoch that outdoes whatever its node may still do.
    expect(rooms.leaves.map(({ request }) => request)).toMatchObject([
      { room, binding: { peerId: 'ada', epoch: 2 }, reason: 'left' },
    ]);
  });
});

test('SPEC 1.4: a goodbye that could not be written down is carried out when the store is back', async () => {
  const { core, rooms, store, observer, settled, enter } = await openCore();
  const ada = await enter('ada', stateOf(1, ['ada']));
  store.isAway = true;
  void core.endSession(ada);
  await vi.advanceTimersByTimeAsync(4 * reconciledMs);
  expect([observer.ended, rooms.leaves]).toEqual([['goodbye'], []]);
  store.isAway = false;
  store.calls.length = 0;
  await vi.advanceTimersByTimeAsync(2 * reconciledMs);
  expect(rooms.leaves.map(({ request }) => request)).toMatchObject([
    { room, binding: { peerId: 'ada', epoch: 2 }, reason: 'left' },
  ]);
  rooms.leaves[0]?.resolve(hasLeft);
  await settled();
  // That this node had it under a lease that is over, so that it would not be listed, is no matter.
  expect(store.calls.slice(0, 2)).toEqual(['end ada', 'settle ada']);
  expect(store.calls.filter((call) => call === 'end ada')).toHaveLength(1);
});

test('SPEC 5.4: a session whose end fails half way is taken out by its node, and not by a judge', async () => {
  const { core, rooms, store, settled, enter } = await openCore();
  const ada = await enter('ada', stateOf(1, ['ada']));
  void core.endSession(ada);
  await settled();
  rooms.leaves[0]?.reject(new SignalingError('unavailable'));
  await vi.advanceTimersByTimeAsync(2 * reconciledMs);
  expect(rooms.leaves.map(({ request }) => request.binding.epoch)).toEqual([2, 2]);
  expect(store.calls).not.toContain('settle ada');
  rooms.leaves[1]?.resolve(hasLeft);
  await vi.advanceTimersByTimeAsync(4 * reconciledMs);
  expect(store.calls.filter((call) => call === 'settle ada')).toHaveLength(1);
  expect(rooms.leaves).toHaveLength(2);
});

describe('SPEC 5.4: a lost connection', () => {
  test('that is reported twice starts one grace, and a resume ends it', async () => {
    const opened = await openCore();
    const { core, store, settled, enter } = opened;
    const ada = await enter('ada', stateOf(1, ['ada']));
    void core.connectionLost(ada);
    void core.connectionLost(ada);
    await settled();
    store.isAway = true;
    const outcome = await resume(opened, 'ada');
    if (outcome.kind === 'resumed') connect(outcome.session);
    store.isAway = false;
    await vi.advanceTimersByTimeAsync(3 * graceMs);
    expect([outcome.kind, core.sessionCount]).toEqual(['resumed', 1]);
  });

  test('is not what a session has that is about to get its first', async () => {
    const { core, store, handler } = await openCore();
    const opening = core.openSession({
      peerId: peer('ada'),
      principal: guest,
      client,
      secretDigest: 'digest of ada',
      graceMs,
      duplicates: 'replace',
    });
    handler.onGap();
    await vi.advanceTimersByTimeAsync(4 * reconciledMs);
    connect(await opening);
    expect(store.calls).toContain('register ada');
    expect(store.calls).not.toContain('detach ada');
  });
});

describe('a session whose record was not written', () => {
  test('SPEC 2.8: enters nothing until it is, for nobody else could take it out again', async () => {
    const { rooms, store, settled, open, join } = await openCore();
    store.isAway = true;
    const ada = await open('ada');
    store.isAway = false;
    const refused = join(ada);
    await settled();
    expect(refused).toEqual({ refusal: 'unavailable' });
    await vi.advanceTimersByTimeAsync(2 * reconciledMs);
    rooms.leaves[0]?.resolve({ kind: 'not-member' });
    await settled();
    join(ada);
    expect(rooms.joins).toHaveLength(1);
  });

  test('SPEC 5.6: or is another node’s by now, does not ask for a room on a Redis Cluster', async () => {
    const { rooms, store, settled, open, join } = await openCore({ isOrdered: false });
    store.intended = false;
    const refused = join(await open('ada'));
    await settled();
    expect(refused).toEqual({ refusal: 'session_replaced' });
    expect(rooms.joins).toHaveLength(0);
  });
});

test('SPEC 5.4: a session that others have given up is compared with the store', async () => {
  const { store, handler, enter, toldTo } = await openCore();
  await enter('ada', withBob);
  store.registered = 'ended';
  handler.onRoomEvent(left(3, 'ada', 'disconnected'));
  await vi.advanceTimersByTimeAsync(2 * reconciledMs);
  expect(toldTo('ada')).toEqual(['closed: reconnect']);
});

test('SPEC 1.4: a session that ends while it is said anew to be in a room does not stay there', async () => {
  const { core, rooms, handler, settled, enter } = await openCore();
  const ada = await enter('ada', stateOf(1, ['ada']));
  handler.onGap();
  await vi.advanceTimersByTimeAsync(4 * reconciledMs);
  expect(rooms.registrations).toHaveLength(1);
  // It is claimed by another node, where it leaves, before the registration is carried out.
  handler.onFenced({ peerId: peer('ada'), epoch: 2, node: node('n2') });
  rooms.registrations[0]?.resolve({ kind: 'registered', state: stateOf(3, ['ada@1']) });
  await settled();
  expect(rooms.leaves.map(({ request }) => request.binding)).toEqual([ada.binding]);
  expect(core.sessionCount).toBe(0);
});
