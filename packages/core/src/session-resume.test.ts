import { SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { envelope, openCore } from '../test/open-core.ts';
import { connect, graceMs, resume } from '../test/resume-session.ts';
import { joined, node, peer, profile, room, stateOf } from '../test/samples.ts';

/** Within this time a session in doubt is compared with the store. */
const reconciledMs = 500;
/** After this a claim that was not answered cannot be carried out any more. */
const lateClaimMs = 3_000;
const withBob = stateOf(2, ['bob@1@n2', 'ada@2']);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('SPEC 5.6: while the store is away a node vouches for what it holds', () => {
  /** ada has come back to her node before that has noticed that her connection was lost. */
  async function start() {
    const opened = await openCore();
    const { store, enter, toldTo } = opened;
    const former = await enter('ada', withBob);
    const formerOutlet = former.outlet;
    store.isAway = true;
    const outcome = await resume(opened, 'ada');
    if (outcome.kind !== 'resumed') throw new Error('the session was not resumed');
    const { outlet, told } = connect(outcome.session);
    return { ...opened, session: outcome.session, formerOutlet, outlet, told, toldTo };
  }

  test('and the client is shown its rooms', async () => {
    const { told, toldTo } = await start();
    expect(told).toEqual(['room-state']);
    expect(toldTo('ada')).toEqual(['closed: replaced']);
  });

  test('and the end of the former connection is none of the present one', async () => {
    const { core, handler, session, formerOutlet, told } = await start();
    await core.connectionLost(session, formerOutlet);
    await core.endSession(session, formerOutlet);
    expect(session.isConnected).toBe(true);
    handler.onRoomEvent(joined(3, 'cy'));
    expect(told).toEqual(['room-state', 'participant-joined']);
    await vi.advanceTimersByTimeAsync(2 * graceMs);
    expect(core.sessionCount).toBe(1);
  });

  test('but not for one whose client was bound elsewhere since, of which it has not heard', async () => {
    const opened = await openCore();
    await opened.enter('ada', withBob);
    opened.store.isAway = true;
    await expect(resume(opened, 'ada', 2)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await resume(opened, 'ada', 1)).toMatchObject({ kind: 'resumed' });
  });

  test.each([
    ['by the store', 'claimed'],
    ['by the bus', 'registered'],
  ] as const)(
    'and if another node turns out to have it (told %s), its client is to come back, and claim it',
    async (how, registered) => {
      const { store, handler, core, told } = await start();
      store.isAway = false;
      store.registered = registered;
      if (how === 'by the bus')
        handler.onFenced({ peerId: peer('ada'), epoch: 2, node: node('n2') });
      await vi.advanceTimersByTimeAsync(4 * reconciledMs);
      expect(told.at(-1)).toBe('closed: reconnect');
      expect(core.sessionCount).toBe(0);
    },
  );

  test('and once the store has confirmed that, the next to claim it is another connection', async () => {
    const { store, rooms, handler, settled, told } = await start();
    store.isAway = false;
    await vi.advanceTimersByTimeAsync(4 * reconciledMs);
    rooms.registrations[0]?.resolve({ kind: 'registered', state: withBob });
    await settled();
    handler.onFenced({ peerId: peer('ada'), epoch: 2, node: node('n2') });
    expect(told.at(-1)).toBe('closed: replaced');
  });

  test('but not for one that was claimed elsewhere while it asked', async () => {
    const opened = await openCore();
    const { store, handler, enter } = opened;
    await enter('ada', withBob);
    const { promise, reject } = Promise.withResolvers<never>();
    vi.spyOn(store, 'claim').mockReturnValueOnce(promise);
    const outcome = resume(opened, 'ada');
    handler.onFenced({ peerId: peer('ada'), epoch: 2, node: node('n2') });
    reject(new SignalingError('unavailable'));
    await expect(outcome).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('SPEC 5.1: a session that is resumed', () => {
  const claimed = {
    kind: 'claimed',
    epoch: 2,
    previousNode: node('n2'),
    graceMs,
    profile,
    rooms: [room],
  } as const;

  test('is still in a room for which it asks once more while the store is away', async () => {
    const opened = await openCore();
    const { rooms, store, settled, join } = opened;
    store.claimed = claimed;
    const outcome = resume(opened, 'ada');
    await settled();
    rooms.rebinds[0]?.reject(new SignalingError('unavailable'));
    const resumed = await outcome;
    if (resumed.kind !== 'resumed') throw new Error('the session was not resumed');
    const again = join(resumed.session);
    await settled();
    rooms.joins[0]?.reject(new SignalingError('unavailable'));
    await vi.advanceTimersByTimeAsync(4 * reconciledMs);
    expect(again.refusal).toBe('unavailable');
    expect(rooms.rebinds).toHaveLength(2);
    expect(rooms.leaves).toEqual([]);
  });

  test('at a node that was not told of its bindings since is told nothing of before', async () => {
    const opened = await openCore();
    const { core, handler, store, enter } = opened;
    const former = await enter('ada', withBob);
    void core.connectionLost(former);
    handler.onRoomEvent(joined(3, 'cy'));
    // At another node it has left the room meanwhile.
    store.claimed = { ...claimed, epoch: 3, rooms: [] };
    const outcome = await resume(opened, 'ada', 2);
    if (outcome.kind !== 'resumed') throw new Error('the session was not resumed');
    const { told } = connect(outcome.session);
    handler.onRoomEvent(joined(4, 'dan'));
    expect(told).toEqual([]);
  });

  test('keeps on its list what it is not in: a join may be on its way from its former node', async () => {
    const opened = await openCore();
    const { rooms, store, settled } = opened;
    store.claimed = claimed;
    const outcome = resume(opened, 'ada');
    await settled();
    rooms.rebinds[0]?.resolve({ kind: 'not-member' });
    expect(await outcome).toMatchObject({ kind: 'resumed' });
    expect(store.calls).not.toContain('forget ada consultation');
  });

  test.each([
    { epoch: 2, what: 'is told what was kept for it', kept: ['signal from bob: "hello"'] },
    { epoch: 3, what: 'is not set back to what was kept before it was elsewhere', kept: [] },
  ])('at the node that has held it $what', async ({ epoch, kept }) => {
    const opened = await openCore();
    const { core, store, delivery, handler, enter, toldTo } = opened;
    const ada = await enter('ada', withBob);
    void core.connectionLost(ada);
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
    store.claimed = {
      ...{ kind: 'claimed', epoch, previousNode: node('n1'), graceMs, profile, rooms: [] },
    };
    const outcome = await resume(opened, 'ada');
    if (outcome.kind !== 'resumed') throw new Error(outcome.kind);
    outcome.session.attach({
      deliver: (notice) => delivery.deliver([peer('ada')], notice),
      close: () => undefined,
    });
    expect(toldTo('ada')).toEqual(kept);
  });

  test('by a claim that was not answered has its grace, if that was carried out: it comes again', async () => {
    const opened = await openCore();
    const { store, handler } = opened;
    store.isAway = true;
    await expect(resume(opened, 'ada')).rejects.toMatchObject({ code: 'unavailable' });
    store.isAway = false;
    store.held = [{ peerId: peer('ada'), node: node('n1'), epoch: 2 }];
    await vi.advanceTimersByTimeAsync(4 * reconciledMs);
    expect(store.calls).toContain('detach ada');
    expect(store.calls).not.toContain('end ada');
    await vi.advanceTimersByTimeAsync(lateClaimMs);
    // What else nobody holds is ended: its goodbye could not be written down.
    store.held = [{ peerId: peer('bob'), node: node('n1'), epoch: 2 }];
    handler.onGap();
    await vi.advanceTimersByTimeAsync(4 * reconciledMs);
    expect(store.calls).toContain('end bob');
  });
});

test('a claim that is carried out behind the first look at what may have come of it is found', async () => {
  const opened = await openCore();
  const { store } = opened;
  store.isAway = true;
  await expect(resume(opened, 'ada')).rejects.toMatchObject({ code: 'unavailable' });
  store.isAway = false;
  await vi.advanceTimersByTimeAsync(reconciledMs);
  store.held = [{ peerId: peer('ada'), node: node('n1'), epoch: 2 }];
  await vi.advanceTimersByTimeAsync(lateClaimMs + reconciledMs);
  expect(store.calls).toContain('detach ada');
  expect(store.calls).not.toContain('end ada');
});

describe('a session that is claimed by another node', () => {
  const fence = { peerId: peer('ada'), epoch: 2, node: node('n2') };

  test('SPEC 5.5: takes along the signals that were kept, and not what happened in its rooms', async () => {
    const { core, sent, handler, enter } = await openCore();
    const ada = await enter('ada', withBob);
    void core.connectionLost(ada);
    handler.onRoomEvent(joined(3, 'cy'));
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
    handler.onFenced(fence);
    expect(sent).toMatchObject([
      { to: 'n2', message: { type: 'handover', epoch: 2, notices: [{ type: 'signal' }] } },
    ]);
  });

  test('SPEC 4.2: takes nothing along when it was at a third one in between', async () => {
    const { core, sent, handler, enter } = await openCore();
    const ada = await enter('ada', withBob);
    void core.connectionLost(ada);
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
    handler.onFenced({ ...fence, epoch: 3 });
    expect([sent, core.sessionCount]).toEqual([[], 0]);
  });

  test('breaks nothing when there is no way to the other node', async () => {
    const { core, wire, handler, enter } = await openCore();
    const ada = await enter('ada', withBob);
    void core.connectionLost(ada);
    handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
    wire.isOpen = false;
    expect(() => handler.onFenced(fence)).not.toThrow();
    expect(core.sessionCount).toBe(0);
  });
});
