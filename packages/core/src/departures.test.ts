import { SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CountingObserver, RecordingDelivery, ScriptedStore } from '../test/doubles.ts';
import { incarnation, joined, openSession, room, stateOf } from '../test/samples.ts';
import { Departures } from './departures.ts';
import { LocalRooms } from './local-rooms.ts';
import { roomKey } from './room-key.ts';
import type { Session } from './session.ts';

/** Between attempts to leave while the store is away. */
const retryMs = 500;
const key = roomKey(room);
const unavailable = () => new SignalingError('unavailable');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const rooms = new ScriptedStore();
  const delivery = new RecordingDelivery();
  const observer = new CountingObserver();
  const localRooms = new LocalRooms({ rooms, delivery, observer });
  const departures = new Departures({ rooms, localRooms, observer });
  /** Sessions that are in the room, by name. */
  const enter = (...names: string[]): Session[] =>
    names.map((name) => {
      const session = openSession(name);
      localRooms.expect(room).admit(session.peerId, stateOf(names.length, names));
      markJoined(session);
      return session;
    });
  const markJoined = (session: Session) =>
    session.memberships.set(key, {
      state: 'joined',
      room,
      incarnation: incarnation('first'),
      rev: 1,
    });
  /** Ends the last leave, and lets its end be noticed. */
  const endLeave = async (end: 'left' | 'not-member' | 'unavailable') => {
    const call = rooms.leaves.at(-1);
    if (end === 'unavailable') call?.reject(unavailable());
    else call?.resolve({ kind: end });
    await vi.advanceTimersByTimeAsync(0);
  };
  return { rooms, delivery, observer, localRooms, departures, enter, markJoined, endLeave };
}

describe('a leave', () => {
  test('SPEC 3.2: takes the session out, under its own binding', async () => {
    const { rooms, localRooms, departures, enter, endLeave } = start();
    const [ada] = enter('ada') as [Session];
    const done = departures.leave(ada, room, 'left');
    await endLeave('left');
    await done;
    expect(rooms.leaves.map(({ request }) => request)).toEqual([
      { room, binding: { peerId: 'ada', node: 'n1', epoch: 1 }, reason: 'left' },
    ]);
    expect(ada.memberships.size).toBe(0);
    expect(localRooms.size).toBe(0);
  });

  test('SPEC 3.2: of a room one is not in does nothing and is no error', async () => {
    const { rooms, departures } = start();
    await departures.leave(openSession('ada'), room, 'left');
    expect(rooms.leaves).toHaveLength(0);
  });

  test('is told nothing more of the room from the moment it is called', () => {
    const { delivery, localRooms, departures, enter } = start();
    const [ada] = enter('ada', 'bob') as [Session];
    void departures.leave(ada, room, 'left');
    localRooms.accept(joined(3, 'cy'));
    expect(delivery.toldTo('ada')).toEqual([]);
    expect(delivery.toldTo('bob')).toEqual(['joined cy 3']);
  });

  test('SPEC 3.2: that the store did not answer is repeated until it does, and no longer', async () => {
    const { rooms, departures, enter, endLeave } = start();
    const [ada] = enter('ada') as [Session];
    const done = departures.leave(ada, room, 'left');
    const refusal = expect(done).rejects.toMatchObject({ code: 'unavailable' });
    await endLeave('unavailable');
    await refusal;
    expect(ada.memberships.get(key)?.state).toBe('uncertain');
    for (let attempt = 2; attempt <= 4; attempt++) {
      await vi.advanceTimersByTimeAsync(retryMs);
      expect(rooms.leaves).toHaveLength(attempt);
      await endLeave('unavailable');
    }
    await vi.advanceTimersByTimeAsync(retryMs);
    await endLeave('not-member');
    expect(ada.memberships.size).toBe(0);
    await vi.advanceTimersByTimeAsync(10 * retryMs);
    expect(rooms.leaves).toHaveLength(5);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('SPEC 3.2: is not repeated when the session has joined again since', async () => {
    const { rooms, departures, enter, markJoined, endLeave } = start();
    const [ada] = enter('ada') as [Session];
    departures.leave(ada, room, 'left').catch(() => undefined);
    await endLeave('unavailable');
    markJoined(ada);
    await vi.advanceTimersByTimeAsync(10 * retryMs);
    expect(rooms.leaves).toHaveLength(1);
    expect(ada.memberships.get(key)?.state).toBe('joined');
  });

  test('SPEC 3.2: is not repeated past a join that is under way', async () => {
    const { rooms, departures, enter, markJoined, endLeave } = start();
    const [ada] = enter('ada') as [Session];
    departures.leave(ada, room, 'left').catch(() => undefined);
    await endLeave('unavailable');
    const join = Promise.withResolvers<void>();
    const joining = ada.inTurn(key, async () => {
      ada.memberships.set(key, { state: 'joining', room });
      await join.promise;
      markJoined(ada);
    });
    await vi.advanceTimersByTimeAsync(2 * retryMs);
    expect(rooms.leaves).toHaveLength(1);
    join.resolve();
    await joining;
    await vi.advanceTimersByTimeAsync(2 * retryMs);
    expect(rooms.leaves).toHaveLength(1);
  });

  test('that is asked for many times while the store is away is repeated once a round', async () => {
    const { rooms, departures, enter } = start();
    const [ada] = enter('ada') as [Session];
    for (let index = 0; index < 50; index++) {
      const refused = departures.leave(ada, room, 'left').catch(() => undefined);
      rooms.leaves.at(-1)?.reject(unavailable());
      await refused;
    }
    const before = rooms.leaves.length;
    vi.advanceTimersByTime(retryMs);
    for (let index = before; index < rooms.leaves.length; index++) {
      rooms.leaves[index]?.reject(unavailable());
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(rooms.leaves.length - before).toBe(1);
  });
});

describe('a session that has ended', () => {
  test('SPEC 1.4: leaves all its rooms, each whatever becomes of the others', async () => {
    const { rooms, departures } = start();
    const ada = openSession('ada');
    const all = ['one', 'two', 'three'].map((name) => ({ ...room, roomId: name as typeof room.roomId }));
    for (const each of all) ada.memberships.set(roomKey(each), { state: 'uncertain', room: each });
    const done = departures.leaveAll(ada, all, 'disconnected');
    rooms.leaves[0]?.resolve({ kind: 'left' });
    rooms.leaves[1]?.reject(unavailable());
    rooms.leaves[2]?.resolve({ kind: 'left' });
    await done;
    expect(rooms.leaves.map(({ request }) => request.reason)).toEqual(
      Array.from({ length: 3 }, () => 'disconnected'),
    );
    await vi.advanceTimersByTimeAsync(retryMs);
    expect(rooms.leaves.slice(3).map(({ request }) => request.room.roomId)).toEqual(['two']);
  });

  test('waits with leaving until its join has been answered', async () => {
    const { rooms, departures, markJoined, endLeave } = start();
    const ada = openSession('ada');
    const join = Promise.withResolvers<void>();
    void ada.inTurn(key, async () => {
      ada.memberships.set(key, { state: 'joining', room });
      await join.promise;
      markJoined(ada);
    });
    const done = departures.leaveAll(ada, [room], 'disconnected');
    expect(rooms.leaves).toHaveLength(0);
    join.resolve();
    await vi.advanceTimersByTimeAsync(0);
    await endLeave('left');
    await done;
    expect(ada.memberships.size).toBe(0);
  });
});

test('a bug in the store is reported and does not stop the others', async () => {
  const { rooms, observer, departures, enter } = start();
  const [ada, bob] = enter('ada', 'bob') as [Session, Session];
  departures.pursue(ada, room, 'left');
  departures.pursue(bob, room, 'left');
  await vi.advanceTimersByTimeAsync(retryMs);
  rooms.leaves[0]?.reject(new Error('a bug'));
  rooms.leaves[1]?.resolve({ kind: 'left' });
  await vi.advanceTimersByTimeAsync(0);
  expect(observer.faults).toHaveLength(1);
  expect(bob.memberships.size).toBe(0);
});

test('closing gives up what is left to do', async () => {
  const { rooms, departures, enter } = start();
  const [ada] = enter('ada') as [Session];
  departures.pursue(ada, room, 'left');
  departures.close();
  await vi.advanceTimersByTimeAsync(10 * retryMs);
  expect(rooms.leaves).toHaveLength(0);
  expect(vi.getTimerCount()).toBe(0);
});
