import { defaultTenant, NodeId, UserId } from '@switchboard/protocol';
import { MemoryBackend } from '@switchboard/state-memory';
import { Recorder } from '@switchboard/testkit/contracts';
import { expect, test } from 'vitest';
import { MortalNode } from './mortal-node.ts';

const user = (name: string) => ({ tenant: defaultTenant, userId: UserId.parse(name) });

test('SPEC 13.1, 14.7: a session whose record is lost while its node dies is over in the end', async () => {
  const backend = new MemoryBackend({ leaseMs: 100 });
  const doomed = await MortalNode.start(backend, 'n1');
  const survivor = await MortalNode.start(backend, 'n2');
  try {
    const ada = await doomed.enter('ada');
    const bob = await survivor.enter('bob');
    const { call } = await doomed.execute(ada.session, 'call:invite', {
      ...{ to: UserId.parse('bob'), ringMs: 60_000, whenBusy: 'refuse' },
    });
    await survivor.execute(bob.session, 'call:accept', { callId: call.callId });
    const reader = backend.connect(NodeId.parse('reader'));
    const standings = new Recorder<string>();
    await reader.bus.open({
      ...{ onMessage: () => {}, onRoomEvent: () => {}, onFenced: () => {}, onGap: () => {} },
      onUndelivered: () => {},
      onCallChanged: () => {},
      onPresenceChanged: ({ status }) => standings.record(status),
    });
    const watching = setInterval(() => void reader.users.watch([user('ada')]), 100);
    try {
      doomed.die();
      // All that the store knew of the session, but for its user's record.
      const ending = await reader.sessions.end(ada.session.binding);
      if (!ending) throw new Error('the session was not there');
      await reader.sessions.settle(ending);
      await standings.first((status) => status === 'offline');
    } finally {
      clearInterval(watching);
    }
    await expect.poll(() => bob.told.at(-1)).toMatchObject({ state: 'ended' });
    const [, standing] = await reader.users.watch([user('ada'), user('bob')]);
    expect(standing?.status).toBe('online');
  } finally {
    await doomed.close();
    await survivor.close();
  }
});
