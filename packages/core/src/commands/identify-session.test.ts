import { SignalingError, UserId } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCore } from '../../test/open-core.ts';
import { resume } from '../../test/resume-session.ts';
import { node, profile, stateOf, userOf } from '../../test/samples.ts';

const userId = UserId.parse('ada');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('SPEC 9.1: a session without a token', () => {
  test('is shown to others as who it says to be, unless a join says more', async () => {
    const { rooms, settled, execute, open, join } = await openCore();
    const ada = await open('ada');
    const answer = execute(ada, 'session:identify', { userId, name: 'Ada', role: 'patient' });
    await settled();
    expect(answer).toEqual({ result: { userId } });
    join(ada);
    await settled();
    expect(rooms.joins[0]?.request.participant).toMatchObject({
      userId,
      name: 'Ada',
      role: 'patient',
    });
    // Nothing vouches for it, so it takes nobody's place.
    expect(rooms.joins[0]?.request.soleUser).toBeNull();
    rooms.joins[0]?.resolve({ kind: 'joined', state: stateOf(1, ['ada']) });
  });

  test('is who it was while the store did not answer, or when it is held elsewhere', async () => {
    const { store, settled, execute, open } = await openCore();
    const ada = await open('ada');
    store.isAway = true;
    const unanswered = execute(ada, 'session:identify', { userId });
    await settled();
    store.isAway = false;
    store.described = false;
    const fenced = execute(ada, 'session:identify', { userId });
    await settled();
    expect([unanswered.refusal, fenced.refusal]).toEqual(['unavailable', 'session_replaced']);
    expect(ada.record.profile).toEqual(profile);
  });

  test('SPEC 9.2: is that after a resume, too', async () => {
    const opened = await openCore();
    opened.store.claimed = {
      kind: 'claimed',
      epoch: 2,
      previousNode: node('n2'),
      graceMs: 20_000,
      profile: { ...profile, userId, name: 'Ada' },
      rooms: [],
    };
    const outcome = await resume(opened, 'ada');
    if (outcome.kind !== 'resumed') throw new Error(outcome.kind);
    expect(outcome.session.principal).toMatchObject({ kind: 'open', self: { userId } });
    expect(outcome.session.record.profile).toEqual({ ...profile, userId, name: 'Ada' });
  });
});

test('SPEC 9.1: a session with a token is who that says, and nobody else', async () => {
  const { store, settled, execute, open } = await openCore();
  const ada = await open('ada', userOf('ada'));
  const itself = execute(ada, 'session:identify', { userId, name: 'Somebody' });
  const another = execute(ada, 'session:identify', { userId: UserId.parse('eve') });
  await settled();
  expect(itself).toEqual({ result: { userId } });
  expect(another).toEqual({ refusal: new SignalingError('identity_mismatch').code });
  expect(store.calls.filter((call) => call.startsWith('describe'))).toEqual([]);
});
