import { SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { envelope, openCore } from '../test/open-core.ts';
import { guest, joined, left, node, peer, room, stateOf } from '../test/samples.ts';
import type { Notice } from './ports/delivery.ts';
import type { Outlet } from './ports/outlet.ts';
import type { Session } from './session.ts';

/** Within this time a session in doubt is compared with the store. */
const reconciledMs = 500;
/** How long the sessions of these tests are kept without a connection. */
const graceMs = 20_000;
const withBob = stateOf(2, ['bob@1@n2', 'ada@2']);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Opened = Awaited<ReturnType<typeof openCore>>;

/** A client that comes back to node n1. */
const resume = ({ core }: Opened, name: string) =>
  core.resumeSession({
    peerId: peer(name),
    principal: guest,
    secretDigest: `digest of ${name}`,
    graceMs,
    duplicates: 'replace',
  });

/** A connection that keeps what it is told, in words of one syllable or so. */
function connect(session: Session) {
  const told: string[] = [];
  const outlet: Outlet = {
    deliver: (notice: Notice) => told.push(notice.type),
    close: (reason) => told.push(`closed: ${reason}`),
  };
  session.attach(outlet);
  return { outlet, told };
}

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
      rooms.leaves[0]?.resolve({ kind: 'left' });
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

test('SPEC 5.4: a session that others have given up is compared with the store', async () => {
  const { store, handler, enter, toldTo } = await openCore();
  await enter('ada', withBob);
  store.registered = 'ended';
  handler.onRoomEvent(left(3, 'ada', 'disconnected'));
  await vi.advanceTimersByTimeAsync(2 * reconciledMs);
  expect(toldTo('ada')).toEqual(['closed: reconnect']);
});
