import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallClient } from './call-client.ts';
import { startNodes } from './start-nodes.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 3 });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

let count = 0;

/** Two users whom no other test knows, on two nodes, and another device of the callee on a third. */
async function meet() {
  count += 1;
  const names = { ada: `ada-${count}`, bob: `bob-${count}` };
  const stack = new DisposableStack();
  const connect = async (node: string, userId: string | null) =>
    stack.use(await CallClient.connect(cluster.node(node), userId));
  const [ada, bob, desk] = await Promise.all([
    connect('n1', names.ada),
    connect('n2', names.bob),
    connect('n3', names.bob),
  ]);
  const close = () => stack[Symbol.dispose]();
  return { names, ada, bob, desk, connect, [Symbol.dispose]: close };
}

test('SPEC 14.2, 14.3, 14.5: a call is made, answered on one of two devices, and ended', async () => {
  using people = await meet();
  const { names, ada, bob, desk } = people;
  const data = { subject: 'Results', empty: [] };
  const { call } = await ada.must('call:invite', { callId: 'first', to: names.bob, data });
  expect(call).toEqual({
    ...{ callId: 'first', rev: 1, state: 'ringing', data },
    ...{ from: { userId: names.ada, peerId: ada.peerId }, to: { userId: names.bob } },
    roomId: expect.stringMatching(/^call-/),
    createdAt: expect.any(Number),
    ringsUntil: call.createdAt + 45_000,
  });
  for (const client of [ada, bob, desk]) {
    expect(await client.told('first', 'ringing')).toEqual(call);
  }
  const { call: accepted } = await bob.must('call:accept', { callId: 'first' });
  expect(accepted).toMatchObject({ rev: 2, state: 'accepted', to: { peerId: bob.peerId } });
  for (const client of [ada, bob, desk]) {
    expect(await client.told('first', 'accepted')).toEqual(accepted);
  }
  expect(await bob.must('call:accept', { callId: 'first' })).toMatchObject({ call: accepted });
  const late = await desk.refusal('call:accept', { callId: 'first' });
  expect(late).toMatchObject({ code: 'call_state', state: 'accepted', retryable: false });
  const { call: ended } = await ada.must('call:end', { callId: 'first' });
  expect(ended).toMatchObject({ rev: 3, state: 'ended', endedAt: expect.any(Number) });
  await Promise.all([ada, bob, desk].map((client) => client.told('first', 'ended')));
  expect(await bob.must('call:end', { callId: 'first' })).toMatchObject({ call: ended });
  for (const client of [ada, bob, desk]) {
    expect(client.calls.seen.map(({ rev }) => rev)).toEqual([1, 2, 3]);
  }
});

test('SPEC 14.3: a call is rejected or cancelled; whatever else is tried is refused with its state', async () => {
  using people = await meet();
  const { names, ada, bob, desk } = people;
  await ada.must('call:invite', { callId: 'one', to: names.bob });
  for (const name of ['call:accept', 'call:reject', 'call:end'] as const) {
    const refused = await ada.refusal(name, { callId: 'one' });
    expect(refused).toMatchObject({ code: 'call_state', state: 'ringing' });
  }
  await desk.must('call:reject', { callId: 'one' });
  await bob.told('one', 'rejected');
  const refused = await bob.refusal('call:accept', { callId: 'one' });
  expect(refused).toMatchObject({ code: 'call_state', state: 'rejected' });
  await ada.must('call:invite', { callId: 'two', to: names.bob });
  await ada.must('call:cancel', { callId: 'two' });
  await desk.told('two', 'cancelled');
  const again = await ada.must('call:invite', { callId: 'two', to: names.bob });
  expect(again.call.state).toBe('cancelled');
});

test('SPEC 14.2, 14.3: nobody meddles with the calls of others', async () => {
  using people = await meet();
  const { names, ada, bob, connect } = people;
  await ada.must('call:invite', { callId: 'private', to: names.bob });
  const eve = await connect('n3', 'eve');
  for (const name of ['call:accept', 'call:reject', 'call:cancel', 'call:end'] as const) {
    expect((await eve.refusal(name, { callId: 'private' })).code).toBe('call_not_found');
  }
  const taken = await eve.refusal('call:invite', { callId: 'private', to: names.bob });
  expect(taken).toMatchObject({ code: 'invalid_argument', path: ['callId'] });
  const own = await eve.refusal('call:invite', { to: 'eve' });
  expect(own).toMatchObject({ code: 'invalid_argument', path: ['to'] });
  const nobody = await connect('n1', null);
  expect((await nobody.refusal('call:invite', { to: names.bob })).code).toBe('forbidden');
  // The other way round an id is another call as well.
  expect((await bob.refusal('call:invite', { callId: 'private', to: names.ada })).code).toBe(
    'invalid_argument',
  );
  expect(eve.calls.seen).toEqual([]);
});

test('SPEC 14.6: two who call each other at once, twenty times, are in one call each time', async () => {
  using people = await meet();
  const { names, ada, bob } = people;
  for (let round = 0; round < 20; round++) {
    const [one, other] = await Promise.all([
      ada.must('call:invite', { callId: `a${round}`, to: names.bob }),
      bob.must('call:invite', { callId: `b${round}`, to: names.ada }),
    ]);
    expect(one.call.callId).toBe(other.call.callId);
    const { callId } = one.call;
    const told = await Promise.all([ada.told(callId, 'accepted'), bob.told(callId, 'accepted')]);
    expect(told[0]).toEqual(told[1]);
    expect(new Set([told[0].from.peerId, told[0].to.peerId])).toEqual(
      new Set([ada.peerId, bob.peerId]),
    );
    // Each by their own id, of which one means the other's call.
    if (round % 2 === 0) await ada.must('call:end', { callId: `a${round}` });
    else await bob.must('call:end', { callId: `b${round}` });
    await Promise.all([ada.told(callId, 'ended'), bob.told(callId, 'ended')]);
  }
});

test('SPEC 14.4: who is in a call is busy, and is rung only if the caller says so', async () => {
  using people = await meet();
  const { names, ada, bob, connect } = people;
  await ada.must('call:invite', { callId: 'talk', to: names.bob });
  await bob.must('call:accept', { callId: 'talk' });
  await bob.told('talk', 'accepted');
  const cy = await connect('n3', `cy-${names.bob}`);
  await cy.must('presence:watch', { userIds: [names.bob] });
  const { call } = await cy.must('call:invite', { callId: 'in-vain', to: names.bob });
  expect(call).toMatchObject({ state: 'busy', rev: 1 });
  await bob.told('in-vain', 'busy');
  const rung = await cy.must('call:invite', {
    ...{ callId: 'insistent', to: names.bob, whenBusy: 'ring' },
  });
  expect(rung.call.state).toBe('ringing');
  await bob.told('insistent', 'ringing');
  await ada.must('call:end', { callId: 'talk' });
  await cy.sees(names.bob, 'online');
});

test('SPEC 14.5: a device that comes while it rings, rings', async () => {
  using people = await meet();
  const { names, ada, connect } = people;
  const { call } = await ada.must('call:invite', { callId: 'patient', to: `late-${names.bob}` });
  const late = await connect('n2', `late-${names.bob}`);
  expect(await late.told('patient', 'ringing')).toEqual(call);
  await late.must('call:accept', { callId: 'patient' });
  await ada.told('patient', 'accepted');
});

test('SPEC 14.7: a call ends with the session by which either takes part, and with no other', async () => {
  using people = await meet();
  const { names, ada, bob, desk, connect } = people;
  await ada.must('call:invite', { callId: 'talk', to: names.bob });
  await bob.must('call:accept', { callId: 'talk' });
  await ada.told('talk', 'accepted');
  desk.socket.disconnect();
  const second = await connect('n3', names.ada);
  await second.must('call:invite', { callId: 'ring', to: `dan-${names.bob}` });
  bob.socket.disconnect();
  await ada.told('talk', 'ended');
  const dan = await connect('n1', `dan-${names.bob}`);
  await dan.told('ring', 'ringing');
  second.socket.disconnect();
  await dan.told('ring', 'cancelled');
  expect(dan.calls.seen.map(({ state }) => state)).toEqual(['ringing', 'cancelled']);
});

test('SPEC 9.1, 14.7: who becomes somebody else ends the calls of who they were', async () => {
  using people = await meet();
  const { names, ada, bob } = people;
  await ada.must('call:invite', { callId: 'changing', to: names.bob });
  await bob.told('changing', 'ringing');
  await ada.must('session:identify', { userId: `other-${names.ada}` });
  await bob.told('changing', 'cancelled');
  expect((await ada.refusal('call:cancel', { callId: 'changing' })).code).toBe('call_not_found');
});

test('SPEC 9.3, 13.1, 14.7: who withdraws is offline, out of their calls, and may come back as somebody', async () => {
  using people = await meet();
  const { names, ada, bob, desk } = people;
  await ada.must('presence:watch', { userIds: [names.bob] });
  await ada.must('call:invite', { callId: 'talk', to: names.bob });
  await bob.must('call:accept', { callId: 'talk' });
  await ada.told('talk', 'accepted');
  desk.socket.disconnect();
  await bob.must('session:withdraw', {});
  await ada.told('talk', 'ended');
  await ada.sees(names.bob, 'offline');
  await ada.must('call:invite', { callId: 'ring', to: names.bob });
  expect((await bob.refusal('call:accept', { callId: 'ring' })).code).toBe('forbidden');
  // A session that is resumed has not become anybody by that.
  bob.socket.io.engine.close();
  const { resumed } = await bob.welcomes.first(() => bob.welcomes.seen.length === 2);
  expect(resumed).toBe(true);
  const { users } = await ada.must('presence:watch', { userIds: [names.bob] });
  expect(users).toEqual([{ userId: names.bob, status: 'offline' }]);
  expect(bob.calls.seen.filter(({ callId }) => callId === 'ring')).toEqual([]);
  await bob.must('session:identify', { userId: names.bob });
  await bob.told('ring', 'ringing');
  await bob.must('call:accept', { callId: 'ring' });
  await ada.sees(names.bob, 'in-call');
});

test('SPEC 14.8: a call that nobody answers is missed in time', async () => {
  using people = await meet();
  const { names, ada, bob, desk } = people;
  const invitation = { callId: 'unheard', to: names.bob, ringMs: 5_000 };
  const { call } = await ada.must('call:invite', invitation);
  const missed = await Promise.all(
    [ada, bob, desk].map((client) => client.told('unheard', 'missed', 10_000)),
  );
  for (const each of missed) {
    expect(each).toMatchObject({ state: 'missed', rev: 2 });
    const lateMs = (each.endedAt ?? 0) - call.ringsUntil;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThanOrEqual(5_000);
  }
});
