import { defaultTenant, NodeId, UserId } from '@switchboard/protocol';
import { MemoryBackend } from '@switchboard/state-memory';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { passUntil, stopTime } from '../simulation/simulated-time.ts';
import { MortalNode } from './mortal-node.ts';

beforeEach(stopTime);
afterEach(() => {
  vi.useRealTimers();
});

const user = (name: string) => ({ tenant: defaultTenant, userId: UserId.parse(name) });

test('SPEC 13.1, 14.7: a session whose record is lost while its node dies is over in the end', async () => {
  const backend = new MemoryBackend();
  await using doomed = await MortalNode.start(backend, 'n1');
  await using survivor = await MortalNode.start(backend, 'n2');
  const ada = await doomed.enter('ada');
  const bob = await survivor.enter('bob');
  const { call } = await doomed.execute(ada.session, 'call:invite', {
    ...{ to: UserId.parse('bob'), ringMs: 60_000, whenBusy: 'refuse' },
  });
  await survivor.execute(bob.session, 'call:accept', { callId: call.callId });
  doomed.die();
  // All that the store knew of the session, but for its user's record.
  const { sessions, users } = backend.connect(NodeId.parse('reader'));
  const ending = await sessions.end(ada.session.binding);
  if (!ending) throw new Error('the session was not there');
  await sessions.settle(ending);

  const standings = () => users.watch([user('ada'), user('bob')]);
  // It counts for fifteen leases that a node holds a session.
  await passUntil(async () => (await standings())[0]?.status === 'offline', {
    ...{ what: 'ada being offline', withinMs: 120_000 },
  });
  await passUntil(() => bob.told.at(-1)?.state === 'ended', {
    ...{ what: 'bob being told', withinMs: 1_000 },
  });
  expect((await standings())[1]?.status).toBe('online');
});
