import { defaultTenant, UserId } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCore } from '../../test/open-core.ts';
import { graceMs } from '../../test/resume-session.ts';
import { client, guest, node, peer, profile, userOf } from '../../test/samples.ts';

const userId = UserId.parse('ada');
/** Within this time a session in doubt is compared with the store. */
const reconciledMs = 500;
const byToken = userOf('ada', { call: true });
const invitation = { to: UserId.parse('bob'), ringMs: 30_000, whenBusy: 'ring' } as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two ways to be somebody. */
const ways = [
  ['who has said who it is', guest],
  ['with a token', byToken],
] as const;

async function openAda(principal: typeof guest | typeof byToken) {
  const opened = await openCore();
  const ada = await opened.open('ada', principal);
  const identify = async () => {
    const answer = opened.execute(ada, 'session:identify', { userId });
    await opened.settled();
    return answer;
  };
  const withdraw = async () => {
    const answer = opened.execute(ada, 'session:withdraw', {});
    await opened.settled();
    return answer;
  };
  if (principal.kind === 'open') await identify();
  expect(ada.user).toEqual({ tenant: defaultTenant, userId });
  opened.users.calls.length = 0;
  opened.store.calls.length = 0;
  return { ...opened, ada, identify, withdraw };
}

describe.each(ways)('SPEC 9.3: a session %s that withdraws', (_, principal) => {
  test('is nobody’s, and calls nobody, until it says who it is', async () => {
    const { ada, users, store, settled, execute, withdraw, identify } = await openAda(principal);
    expect(await withdraw()).toEqual({ result: {} });
    expect(users.calls).toEqual(['detach ada@1 from ada']);
    expect(store.calls).toEqual(['describe ada as undefined']);
    expect([ada.user, ada.isAttached, ada.record.profile]).toEqual([null, false, profile]);
    const call = execute(ada, 'call:invite', invitation);
    await settled();
    expect(call).toEqual({ refusal: 'forbidden' });
    expect(await identify()).toEqual({ result: { userId } });
    expect(users.calls).toEqual(['detach ada@1 from ada', 'attach ada@1 to ada']);
    expect(ada.record.profile).toEqual({ ...profile, userId });
  });

  test('again changes nothing', async () => {
    const { users, store, withdraw } = await openAda(principal);
    await withdraw();
    expect(await withdraw()).toEqual({ result: {} });
    expect([users.calls.length, store.calls.length]).toEqual([1, 1]);
  });

  test('stays nobody’s when it is compared with the store, and ends so', async () => {
    const { core, handler, ada, users, store, settled, withdraw } = await openAda(principal);
    await withdraw();
    handler.onGap();
    await vi.advanceTimersByTimeAsync(4 * reconciledMs);
    expect(store.calls).toContain('register ada');
    void core.endSession(ada);
    await settled();
    expect(store.calls).toContain('settle ada');
    expect(users.calls).toEqual(['detach ada@1 from ada']);
  });

  test('stays nobody’s when it is resumed, here or from another node', async () => {
    const { core, store, users, withdraw } = await openAda(principal);
    await withdraw();
    store.claimed = {
      ...({ kind: 'claimed', epoch: 2, previousNode: node('n2') } as const),
      ...{ graceMs, profile, rooms: [] },
    };
    const outcome = await core.resumeSession({
      ...{ peerId: peer('ada'), principal, client, secretDigest: 'digest of ada', graceMs },
      ...{ duplicates: 'replace', lastEpoch: 1 },
    });
    if (outcome.kind !== 'resumed') throw new Error(outcome.kind);
    expect([outcome.session.user, outcome.session.record.profile]).toEqual([null, profile]);
    expect(users.calls).toEqual(['detach ada@1 from ada']);
  });

  test('while the store does not answer is its user’s again afterwards', async () => {
    const { ada, users, store, withdraw } = await openAda(principal);
    store.isAway = true;
    expect(await withdraw()).toEqual({ refusal: 'unavailable' });
    expect([ada.user?.userId, ada.isAttached]).toEqual([userId, false]);
    store.isAway = false;
    await vi.advanceTimersByTimeAsync(2 * reconciledMs);
    expect(users.calls).toEqual(['detach ada@1 from ada', 'attach ada@1 to ada']);
    expect(store.calls).toContain('register ada');
    expect(ada.isAttached).toBe(true);
    expect(await withdraw()).toEqual({ result: {} });
    expect(ada.user).toBeNull();
  });

  test('and at once says who it is, is who it says', async () => {
    const { ada, users, settled, execute } = await openAda(principal);
    const answers = [
      execute(ada, 'session:withdraw', {}),
      execute(ada, 'session:identify', { userId }),
    ];
    await settled();
    expect(answers).toEqual([{ result: {} }, { result: { userId } }]);
    expect(users.calls).toEqual(['detach ada@1 from ada', 'attach ada@1 to ada']);
    expect(ada.user?.userId).toBe(userId);
  });
});

test('SPEC 9.3: a newer token does not make a session its user’s again, and its grants count', async () => {
  const { ada, users, tokens, settled, execute, withdraw } = await openAda(byToken);
  await withdraw();
  tokens.set('newer', { ...byToken, expiresAt: 17 });
  const refreshed = execute(ada, 'auth:refresh', { token: 'newer' });
  const another = execute(ada, 'session:identify', { userId: UserId.parse('eve') });
  await settled();
  expect(refreshed).toEqual({ result: { expiresAt: 17 } });
  expect(another).toEqual({ refusal: 'identity_mismatch' });
  expect([ada.user, ada.principal]).toEqual([null, { ...byToken, expiresAt: 17 }]);
  expect(users.calls).toEqual(['detach ada@1 from ada']);
});
