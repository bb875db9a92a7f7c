import { SignalingError } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCore } from '../../test/open-core.ts';
import { hasLeft, joined, room, stateOf } from '../../test/samples.ts';

const { roomId } = room;
/** Within this time a session in doubt is compared with the store. */
const retryMs = 500;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a join', () => {
  test('SPEC 3.1: is answered with the room, and asks the store under the session’s binding', async () => {
    const { rooms, settled, open, execute } = await openCore();
    const media = { camera: true, microphone: false, screen: false };
    const answer = execute(await open('ada'), 'room:join', {
      roomId,
      name: 'Ada',
      media,
      capacity: 2,
    });
    expect(rooms.joins[0]?.request).toMatchObject({
      room,
      binding: { peerId: 'ada', node: 'n1' },
      participant: { peerId: 'ada', name: 'Ada', media },
      ifCreated: { capacity: 2 },
    });
    rooms.joins[0]?.resolve({ kind: 'joined', state: stateOf(1, ['ada']) });
    await settled();
    expect(answer.result).toMatchObject({ peerId: 'ada', room: { roomId, rev: 1 } });
  });

  test('SPEC 3.1: of a room one is in is answered without asking anybody', async () => {
    const { rooms, handler, settled, enter, join, toldTo } = await openCore();
    const ada = await enter('ada', stateOf(1, ['ada']));
    handler.onRoomEvent(joined(2, 'bob'));
    const again = join(ada);
    await settled();
    expect(again.result?.room).toMatchObject({ rev: 2 });
    expect(rooms.joins).toHaveLength(1);
    handler.onRoomEvent(joined(3, 'cy'));
    expect(toldTo('ada')).toEqual(['joined bob 2', 'joined cy 3']);
  });

  test('SPEC 3.1: again, while the view is behind the first answer, is not shown less', async () => {
    const { handler, settled, enter, join, toldTo } = await openCore();
    await enter('cy', stateOf(1, ['cy']));
    const ada = await enter('ada', stateOf(3, ['cy', 'bob@2', 'ada@3']));
    const again = join(ada);
    await settled();
    for (const event of [joined(2, 'bob'), joined(3, 'ada')]) handler.onRoomEvent(event);
    await settled();
    expect(again.result?.room.participants.map(({ peerId }) => peerId)).toEqual([
      'cy',
      'bob',
      'ada',
    ]);
    handler.onRoomEvent(joined(4, 'dan'));
    expect(toldTo('ada')).toEqual(['joined dan 4']);
  });

  test('SPEC 2.8: again, while the room cannot be read, is unavailable and changes nothing', async () => {
    const { rooms, handler, settled, enter, join, toldTo } = await openCore();
    await enter('cy', stateOf(1, ['cy']));
    const ada = await enter('ada', stateOf(3, ['cy', 'bob@2', 'ada@3']));
    const again = join(ada);
    await vi.advanceTimersByTimeAsync(999);
    expect(again).toEqual({});
    await vi.advanceTimersByTimeAsync(1);
    expect(again).toEqual({ refusal: 'unavailable' });
    for (const event of [joined(2, 'bob'), joined(3, 'ada'), joined(4, 'dan')]) {
      handler.onRoomEvent(event);
    }
    await settled();
    expect(toldTo('ada')).toEqual(['joined dan 4']);
    expect(rooms.leaves).toHaveLength(0);
  });

  test('SPEC 3.1: of a full room is refused, and leaves nothing behind', async () => {
    const { core, rooms, settled, open, join } = await openCore();
    const ada = await open('ada');
    const answer = join(ada);
    rooms.joins[0]?.resolve({ kind: 'full', capacity: 2 });
    await settled();
    expect(answer).toEqual({ refusal: 'room_full' });
    expect([core.roomCount, ada.memberships.size]).toEqual([0, 0]);
  });

  test('SPEC 5: of a session that is bound elsewhere by now is refused', async () => {
    const { rooms, settled, open, join } = await openCore();
    const answer = join(await open('ada'));
    rooms.joins[0]?.resolve({ kind: 'fenced' });
    await settled();
    expect(answer).toEqual({ refusal: 'session_replaced' });
  });

  test('SPEC 3.1: of one room too many is refused; of one that it is in already is not', async () => {
    const { rooms, settled, open, execute } = await openCore();
    const ada = await open('ada');
    const media = { camera: false, microphone: false, screen: false };
    const joinNamed = async (name: string) => {
      const answer = execute(ada, 'room:join', { roomId: name as typeof roomId, media });
      rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(1, ['ada']) });
      await settled();
      return answer.refusal ?? 'joined';
    };
    const answers: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'c']) answers.push(await joinNamed(name));
    expect(answers).toEqual(['joined', 'joined', 'joined', 'too_many_rooms', 'joined']);
  });

  test('of a session that has ended by the time of its turn enters nothing', async () => {
    const { core, rooms, settled, enter, join, execute } = await openCore();
    const ada = await enter('ada', stateOf(1, ['ada']));
    execute(ada, 'room:leave', { roomId });
    const queued = join(ada);
    void core.endSession(ada);
    rooms.leaves[0]?.resolve(hasLeft);
    await settled();
    expect(queued).toEqual({ refusal: 'session_replaced' });
    expect(rooms.joins).toHaveLength(1);
  });

  test('SPEC 5.1: is named by the session before it is asked for, and not if it is refused', async () => {
    const { rooms, store, settled, open, join } = await openCore();
    const ada = await open('ada');
    join(ada);
    expect(store.calls).toEqual(['open ada', 'intend ada consultation']);
    rooms.joins[0]?.resolve({ kind: 'full', capacity: 2 });
    await settled();
    expect(store.calls.at(-1)).toBe('forget ada consultation');
  });
});

describe('a join that the store did not answer', () => {
  test('SPEC 2.8: is undone, because it may have been carried out', async () => {
    const { rooms, settled, open, join } = await openCore();
    const ada = await open('ada');
    const answer = join(ada);
    rooms.joins[0]?.reject(new SignalingError('unavailable'));
    await settled();
    expect(answer).toEqual({ refusal: 'unavailable' });
    await vi.advanceTimersByTimeAsync(retryMs);
    rooms.leaves[0]?.resolve(hasLeft);
    await vi.advanceTimersByTimeAsync(10 * retryMs);
    expect(rooms.leaves).toHaveLength(1);
    expect(ada.memberships.size).toBe(0);
  });

  test('SPEC 2.8: and is sent again is not undone, whether it had been carried out or not', async () => {
    for (const kind of ['joined', 'already'] as const) {
      const { rooms, settled, open, join } = await openCore();
      const ada = await open('ada');
      join(ada);
      rooms.joins[0]?.reject(new SignalingError('unavailable'));
      await settled();
      const again = join(ada);
      rooms.joins[1]?.resolve({ kind, state: stateOf(1, ['ada']) });
      await vi.advanceTimersByTimeAsync(10 * retryMs);
      expect(again.result?.room).toMatchObject({ rev: 1 });
      expect(rooms.leaves).toHaveLength(0);
    }
  });
});
