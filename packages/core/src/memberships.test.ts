import { SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCore } from '../test/open-core.ts';
import { hasLeft, joined, room, stateOf } from '../test/samples.ts';
import { roomKey } from './room-key.ts';
import type { Session } from './session.ts';

/** Within this time a session in doubt is compared with the store. */
const reconciledMs = 500;
const key = roomKey(room);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function start() {
  const opened = await openCore();
  const { rooms, execute } = opened;
  const leave = (session: Session) => execute(session, 'room:leave', { roomId: room.roomId });
  /** Ends the last leave, and lets its end be noticed. */
  const endLeave = async (end: 'left' | 'not-member' | 'unavailable') => {
    const call = rooms.leaves.at(-1);
    if (end === 'unavailable') call?.reject(new SignalingError('unavailable'));
    else call?.resolve(end === 'left' ? hasLeft : { kind: end });
    await opened.settled();
  };
  return { ...opened, leave, endLeave };
}

describe('a leave', () => {
  test('SPEC 3.2: takes the session out, under its own binding', async () => {
    const { core, rooms, store, enter, leave, endLeave } = await start();
    const ada = await enter('ada', stateOf(1, ['ada']));
    const answer = leave(ada);
    expect(answer).toEqual({});
    await endLeave('left');
    expect(answer).toEqual({ result: { incarnation: 'first', rev: 9 } });
    expect(rooms.leaves.map(({ request }) => request)).toEqual([
      { room, binding: { peerId: 'ada', node: 'n1', epoch: 1 }, reason: 'left' },
    ]);
    expect([ada.memberships.size, core.roomCount]).toEqual([0, 0]);
    expect(store.calls.at(-1)).toBe('forget ada consultation');
  });

  test('SPEC 3.2: of a room one is not in is no error, and asks nobody', async () => {
    const { rooms, settled, open, leave } = await start();
    const answer = leave(await open('ada'));
    await settled();
    expect(answer).toEqual({ result: {} });
    expect(rooms.leaves).toHaveLength(0);
  });

  test('SPEC 3.7: is told nothing more of the room from the moment it is asked for', async () => {
    const { handler, enter, leave, toldTo } = await start();
    const ada = await enter('ada', stateOf(2, ['ada', 'bob']));
    await enter('bob', stateOf(2, ['ada', 'bob']));
    leave(ada);
    handler.onRoomEvent(joined(3, 'cy'));
    expect(toldTo('ada')).toEqual([]);
    expect(toldTo('bob')).toEqual(['joined cy 3']);
  });

  test('SPEC 3.2: that the store did not answer is repeated until it does, and no longer', async () => {
    const { rooms, enter, leave, endLeave } = await start();
    const ada = await enter('ada', stateOf(1, ['ada']));
    const answer = leave(ada);
    await endLeave('unavailable');
    expect(answer).toEqual({ refusal: 'unavailable' });
    for (let attempt = 2; attempt <= 4; attempt++) {
      await vi.advanceTimersByTimeAsync(reconciledMs);
      expect(rooms.leaves).toHaveLength(attempt);
      await endLeave('unavailable');
    }
    await vi.advanceTimersByTimeAsync(reconciledMs);
    await endLeave('not-member');
    expect(ada.memberships.size).toBe(0);
    await vi.advanceTimersByTimeAsync(20 * reconciledMs);
    expect(rooms.leaves).toHaveLength(5);
  });

  test('SPEC 3.2: is not repeated when the session has joined again since', async () => {
    const { rooms, settled, enter, join, leave, endLeave } = await start();
    const ada = await enter('ada', stateOf(1, ['ada']));
    leave(ada);
    await endLeave('unavailable');
    join(ada);
    rooms.joins.at(-1)?.resolve({ kind: 'already', state: stateOf(1, ['ada']) });
    await settled();
    await vi.advanceTimersByTimeAsync(20 * reconciledMs);
    expect(rooms.leaves).toHaveLength(1);
    expect(ada.memberships.get(key)?.state).toBe('joined');
  });

  test('SPEC 3.2: is not repeated past a join that is under way', async () => {
    const { rooms, settled, enter, join, leave, endLeave } = await start();
    const ada = await enter('ada', stateOf(1, ['ada']));
    leave(ada);
    await endLeave('unavailable');
    join(ada);
    await vi.advanceTimersByTimeAsync(4 * reconciledMs);
    expect(rooms.leaves).toHaveLength(1);
    rooms.joins.at(-1)?.resolve({ kind: 'already', state: stateOf(1, ['ada']) });
    await settled();
    await vi.advanceTimersByTimeAsync(4 * reconciledMs);
    expect(rooms.leaves).toHaveLength(1);
    expect(ada.memberships.get(key)?.state).toBe('joined');
  });

  test('that is asked for many times while the store is away is repeated once a round', async () => {
    const { rooms, enter, leave, endLeave } = await start();
    const ada = await enter('ada', stateOf(1, ['ada']));
    for (let index = 0; index < 50; index++) {
      leave(ada);
      await endLeave('unavailable');
    }
    const before = rooms.leaves.length;
    await vi.advanceTimersByTimeAsync(reconciledMs);
    for (let index = before; index < rooms.leaves.length; index++) await endLeave('unavailable');
    expect(rooms.leaves.length - before).toBe(1);
  });

  test('that is a bug in the store is reported, and does not stop other sessions', async () => {
    const { rooms, observer, settled, enter, leave, endLeave } = await start();
    const ada = await enter('ada', stateOf(2, ['ada', 'bob']));
    const bob = await enter('bob', stateOf(2, ['ada', 'bob']));
    for (const session of [ada, bob]) {
      leave(session);
      await endLeave('unavailable');
    }
    await vi.advanceTimersByTimeAsync(reconciledMs);
    const [ofAda, ofBob] = rooms.leaves.slice(2);
    ofAda?.reject(new Error('a bug'));
    ofBob?.resolve(hasLeft);
    await settled();
    expect(observer.faults).toHaveLength(1);
    expect(bob.memberships.size).toBe(0);
  });
});
