import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openCore } from '../test/open-core.ts';
import { hasLeft, room, stateOf, userOf } from '../test/samples.ts';
import type { User } from './principal.ts';

/** A sweep comes at least so often. */
const sweepMs = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const until = (expiresInMs: number): User => ({
  ...userOf('ada', { rooms: ['*'], create: true }),
  expiresAt: Date.now() + expiresInMs,
});

test('SPEC 7.8: a session ends with its token, and is settled with the store', async () => {
  const { core, rooms, store, settled, enter, toldTo } = await openCore();
  await enter('ada', stateOf(1, ['ada']), until(10_000));
  await vi.advanceTimersByTimeAsync(10_000 - sweepMs);
  expect(toldTo('ada')).toEqual([]);
  await vi.advanceTimersByTimeAsync(2 * sweepMs);
  expect(toldTo('ada')).toEqual(['closed: expired']);
  rooms.leaves[0]?.resolve(hasLeft);
  await settled();
  expect(store.calls.slice(-2)).toEqual(['end ada', 'settle ada']);
  expect([core.sessionCount, core.roomCount]).toEqual([0, 0]);
});

test('SPEC 7.8: sessions of tokens that go on, or of none, do not', async () => {
  const { core, open } = await openCore();
  await open('ada', until(60_000));
  await open('bob', { ...userOf('bob'), expiresAt: null });
  await open('guest');
  await vi.advanceTimersByTimeAsync(59_000);
  expect(core.sessionCount).toBe(3);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(core.sessionCount).toBe(2);
});

test('SPEC 7.8: a session without a connection does not: its grace ends it, or a valid token saves it', async () => {
  const { core, store, open } = await openCore();
  const ada = await open('ada', until(1_000));
  await core.connectionLost(ada);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(store.calls).not.toContain('end ada');
  expect(core.sessionCount).toBe(1);
});

test('SPEC 7.8: a token of the same user prolongs it, and counts from then on', async () => {
  const { core, tokens, open, execute, settled } = await openCore();
  const ada = await open('ada', until(5_000));
  const later = { ...until(60_000), grants: userOf('ada', {}).grants };
  tokens.set('later', later);
  const answer = execute(ada, 'auth:refresh', { token: 'later' });
  await settled();
  expect(answer).toEqual({ result: { expiresAt: later.expiresAt } });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(core.sessionCount).toBe(1);
  const media = { camera: false, microphone: false, screen: false };
  const join = execute(ada, 'room:join', { roomId: room.roomId, media });
  expect(join).toEqual({ refusal: 'forbidden' });
  await vi.advanceTimersByTimeAsync(31_000);
  expect(core.sessionCount).toBe(0);
});

test('SPEC 7.8: any other token is refused, and changes nothing', async () => {
  const { tokens, open, execute, settled } = await openCore();
  const ada = await open('ada', until(60_000));
  const guest = await open('guest');
  const before = ada.principal;
  tokens.set('of bob', userOf('bob'));
  tokens.set('of ada', userOf('ada'));
  const answers = [
    execute(ada, 'auth:refresh', { token: 'of bob' }),
    execute(ada, 'auth:refresh', { token: 'forged' }),
    execute(guest, 'auth:refresh', { token: 'of ada' }),
  ];
  await settled();
  expect(answers.map(({ refusal }) => refusal)).toEqual([
    'forbidden',
    'unauthenticated',
    'forbidden',
  ]);
  expect(ada.principal).toBe(before);
  expect(guest.principal.kind).toBe('open');
});
