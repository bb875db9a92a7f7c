import { PeerId } from '@switchboard/protocol';
import { Server } from 'socket.io';
import { expect, test } from 'vitest';
import { createRecoveryAdapter } from './recovery-adapter.ts';
import { createResumeToken } from './resume-token.ts';

/** What Socket.IO is told of a client that comes with this offset. */
async function restore(offset: unknown) {
  const Adapter = createRecoveryAdapter(async () => true);
  const adapter = new Adapter(new Server().of('/'));
  const pid = createResumeToken(PeerId.parse('ada'));
  return adapter.restoreSession(pid, offset as string);
}

test.each([
  ['0', 0],
  ['17', 17],
  ['', 0],
  ['-1', 0],
  ['1.5', 0],
  ['1e3', 0],
  ['9'.repeat(40), 0],
  ['anything else', 0],
  [undefined, 0],
  [['5'], 0],
])('SPEC 5.2: any offset is accepted, and says at most an epoch: %j', async (offset, lastEpoch) => {
  const session = await restore(offset);
  expect(session).toMatchObject({ sid: 'ada', data: { resume: { peerId: 'ada', lastEpoch } } });
});
