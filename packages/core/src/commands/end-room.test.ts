import { Grants } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCore } from '../../test/open-core.ts';
import { ended, guest, joined, room, stateOf, userOf } from '../../test/samples.ts';
import type { EndOutcome, Principal } from '../index.ts';

const { roomId } = room;
const state = {
  ...stateOf(2, []),
  progress: { status: 'ended', startedAt: 1, endedAt: 2 },
} as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks for the end of the room, and has the store answer so. */
async function ask(principal: Principal, outcome: EndOutcome) {
  const { records, settled, open, execute } = await openCore();
  const answer = execute(await open('ada', principal), 'room:end', { roomId });
  records.ends[0]?.resolve(outcome);
  await settled();
  return { asker: records.ends[0]?.request.asker, answer };
}

describe('SPEC 10.6: a room is ended', () => {
  const refused = { kind: 'refused' } as const;
  const byRoom = { peerId: 'ada', asMember: false, asEntitled: 'ada' };
  test.each<[who: string, Principal, asker: unknown, refusal: string]>([
    ['without a token', guest, { peerId: 'ada', asMember: true, asEntitled: null }, 'not_in_room'],
    ['without grants', userOf('ada', null), byRoom, 'forbidden'],
    ['with rooms alone', userOf('ada', { rooms: ['*'] }), byRoom, 'forbidden'],
    [
      'with moderate',
      userOf('ada', Grants.parse({ moderate: true })),
      { ...byRoom, asMember: true },
      'not_in_room',
    ],
  ])('%s on grounds that the store looks at', async (_, principal, asker, refusal) => {
    expect(await ask(principal, { kind: 'ended', state })).toEqual({
      asker,
      answer: { result: {} },
    });
    expect(await ask(principal, refused)).toMatchObject({ answer: { refusal } });
  });

  test('with admin on no grounds', async () => {
    const admin = userOf('ada', { admin: true });
    expect(await ask(admin, { kind: 'already', state })).toEqual({
      asker: null,
      answer: { result: {} },
    });
    const absent = await ask(admin, { kind: 'absent' });
    expect(absent.answer).toEqual({ refusal: 'room_not_found' });
  });
});

describe('SPEC 10.6: when a room has ended', () => {
  test('its sessions are out of it, and may enter it again once it is another one', async () => {
    const { store, rooms, handler, settled, enter, join, toldTo } = await openCore();
    const ada = await enter('ada', stateOf(1, ['ada']));
    handler.onRoomEvent(ended(2, 'ada'));
    await settled();
    expect(toldTo('ada')).toEqual(['ended 2 by ada']);
    expect(ada.memberships.size).toBe(0);
    expect(store.calls).toContain(`forget ada ${roomId}`);
    const again = join(ada);
    rooms.joins.at(-1)?.resolve({ kind: 'ended' });
    await settled();
    expect(again.refusal).toBe('room_ended');
    const anew = join(ada);
    rooms.joins.at(-1)?.resolve({ kind: 'joined', state: stateOf(1, ['ada'], 'second') });
    await settled();
    expect(anew.result?.room).toMatchObject({ incarnation: 'second' });
  });

  test('before a join is answered, the join is refused, and the session is not in it', async () => {
    const { rooms, handler, settled, open, join, toldTo } = await openCore();
    const ada = await open('ada');
    const answer = join(ada);
    handler.onRoomEvent(ended(3, null));
    handler.onRoomEvent(joined(2, 'bob'));
    rooms.joins[0]?.resolve({ kind: 'joined', state: stateOf(1, ['ada']) });
    await settled();
    expect(answer.refusal).toBe('room_ended');
    expect(ada.memberships.size).toBe(0);
    expect(toldTo('ada')).toEqual([]);
  });
});
