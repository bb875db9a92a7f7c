import { type NodeProcess, startNode } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestClient } from './connect.ts';
import { jwtSecret, tokenOf } from './tokens.ts';

/** Who may watch and call whom, and where calls lead to, with the tokens of users. */

let node: NodeProcess;
beforeAll(async () => {
  const env = { NODE_ENV: 'production', JWT_SECRET: jwtSecret, LOG_LEVEL: 'warn' };
  node = await startNode({ nodeId: 'n1', env: { ...env, DRAIN_NOTICE_MS: '0' } });
});
afterAll(async () => {
  await node.stop();
});

/** A session of a user whose token has these grants, or none. */
async function enter(sub: string, grants?: Record<string, unknown>): Promise<TestClient> {
  const token = await tokenOf(sub, grants ? { grants } : {});
  const client = new TestClient(node, { auth: { token } });
  await client.first('welcome');
  return client;
}

test('SPEC 7.7: to watch and to call takes the grant `call`, to be called takes none', async () => {
  using caller = await enter('ada', { call: true });
  using callee = await enter('bob');
  using granted = await enter('cy', { rooms: ['*'], create: true });
  for (const client of [callee, granted]) {
    const watch = await client.send('presence:watch', { userIds: ['ada'] });
    expect(watch).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    const invite = await client.send('call:invite', { to: 'ada' });
    expect(invite).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  }
  expect(await caller.send('presence:watch', { userIds: ['bob'] })).toMatchObject({
    users: [{ userId: 'bob', status: 'online' }],
  });
  // A room that its token does not name.
  const elsewhere = await caller.send('call:invite', { to: 'bob', roomId: 'secret' });
  expect(elsewhere).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  const invited = await caller.send('call:invite', { callId: 'c1', to: 'bob' });
  expect(invited).toMatchObject({ ok: true, call: { from: { userId: 'ada' } } });
  expect(await callee.send('call:reject', { callId: 'c1' })).toMatchObject({ ok: true });
});

test('SPEC 14.10: an accepted call leads its two sessions into its room, and nobody else', async () => {
  using caller = await enter('dan', { call: true });
  using callee = await enter('eve');
  using otherDevice = await enter('eve');
  using stranger = await enter('fay', { call: true });
  const invited = await caller.send('call:invite', { callId: 'c2', to: 'eve' });
  if (!invited.ok) throw new Error(invited.error.code);
  const { roomId } = invited.call;
  const refused = { ok: false, error: { code: 'forbidden' } };
  for (const client of [caller, callee]) {
    expect(await client.send('room:join', { roomId })).toMatchObject(refused);
  }
  expect(await callee.send('call:accept', { callId: 'c2' })).toMatchObject({ ok: true });
  await caller.first('call:changed', ({ call }) => call.state === 'accepted');
  for (const client of [caller, callee]) {
    expect(await client.send('room:join', { roomId })).toMatchObject({ ok: true });
  }
  for (const client of [otherDevice, stranger]) {
    expect(await client.send('room:join', { roomId })).toMatchObject(refused);
  }
  await caller.send('room:leave', { roomId });
  await caller.send('call:end', { callId: 'c2' });
  expect(await caller.send('room:join', { roomId })).toMatchObject(refused);
});
