import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCore } from '../../test/open-core.ts';
import { guest, peer, room, userOf } from '../../test/samples.ts';

const { roomId } = room;
const silent = { camera: false, microphone: false, screen: false };
const ada = userOf('ada', { rooms: ['*'], create: true });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('SPEC 3.9: a join asks the store', () => {
  test('for a place that is the user’s only one, which it may take over', async () => {
    const { rooms, open, join } = await openCore();
    join(await open('tab1', ada));
    expect(rooms.joins[0]?.request).toMatchObject({
      soleUser: 'ada',
      onlyReplaces: null,
      participant: { userId: 'ada' },
      ifCreated: { duplicates: 'replace' },
    });
  });

  test('for any place, where nobody is known', async () => {
    const { rooms, open, execute } = await openCore();
    execute(await open('guest', guest), 'room:join', {
      roomId,
      media: silent,
      duplicates: 'allow',
      rejoin: peer('before'),
    });
    expect(rooms.joins[0]?.request).toMatchObject({
      soleUser: null,
      onlyReplaces: 'before',
      ifCreated: { duplicates: 'allow' },
    });
  });

  test('SPEC 7.7: whether it may make the room, as its grants say', async () => {
    const { rooms, open, join } = await openCore();
    join(await open('tab1', ada));
    join(await open('bob', userOf('bob', { rooms: ['*'] })));
    join(await open('guest'));
    expect(rooms.joins.map(({ request }) => request.mayCreate)).toEqual([true, false, true]);
  });

  test.each([
    ['absent', 'room_not_found'],
    ['occupied', 'session_replaced'],
  ] as const)(
    'and is refused when the answer is %s, leaving nothing behind',
    async (kind, code) => {
      const { core, rooms, store, open, join, settled, toldTo } = await openCore();
      const session = await open('tab1', ada);
      const answer = join(session);
      rooms.joins[0]?.resolve({ kind });
      await settled();
      expect(answer).toEqual({ refusal: code });
      expect([core.roomCount, session.memberships.size]).toEqual([0, 0]);
      expect(store.calls.at(-1)).toBe('forget tab1 consultation');
      expect(toldTo('tab1')).toEqual([]);
    },
  );
});
