import type { Call, CommandPayload } from '@switchboard/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refused } from '../testing/fake-cluster.ts';
import { peer } from '../testing/samples.ts';
import { letIn, start } from '../testing/started-client.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const callAs = (state: Call['state'], rev: number, fields: Partial<Call> = {}): Call =>
  ({
    ...{ callId: 'c1', rev, state, roomId: 'room', createdAt: 1, ringsUntil: 2 },
    ...{ from: { userId: 'ada', peerId: "ada's" }, to: { userId: 'bob' } },
    ...fields,
  }) as Call;

/** Bob's client. */
const startCalling = async () => {
  const started = start();
  const { cluster, client } = started;
  void client.connect();
  cluster.welcome(peer('me'));
  cluster.answers['session:identify'] = ({ userId }) => ({ ok: true, userId: userId as never });
  await client.identify({ userId: 'bob' });
  const heard: string[] = [];
  for (const event of ['incoming', 'changed', 'lost'] as const) {
    client.calls.on(event, ({ callId, state, rev }) =>
      heard.push(`${event} ${callId} ${state} ${rev}`),
    );
  }
  cluster.received.length = 0;
  return { ...started, calls: client.calls, heard };
};

test('SPEC 14.5: tells of incoming calls once, and passes over what is not newer', async () => {
  const { cluster, calls, heard } = await startCalling();
  cluster.say('call:changed', { call: callAs('ringing', 1) });
  cluster.say('call:changed', { call: callAs('ringing', 1) });
  expect(calls.live).toEqual([callAs('ringing', 1)]);
  cluster.say('call:changed', { call: callAs('accepted', 2) });
  cluster.say('call:changed', { call: callAs('ringing', 1) });
  cluster.say('call:changed', { call: callAs('ended', 3) });
  expect(heard).toEqual([
    'incoming c1 ringing 1',
    'changed c1 ringing 1',
    'changed c1 accepted 2',
    'changed c1 ended 3',
  ]);
  expect(calls.live).toEqual([]);
});

test('a call that oneself makes on another device is not incoming', async () => {
  const { cluster, heard } = await startCalling();
  const from = { userId: 'bob', peerId: 'phone' } as Call['from'];
  cluster.say('call:changed', {
    call: callAs('ringing', 1, { from, to: { userId: 'ada' } as Call['to'] }),
  });
  expect(heard).toEqual(['changed c1 ringing 1']);
});

test('an answer that comes after a newer event is passed over', async () => {
  const { cluster, calls, heard } = await startCalling();
  cluster.say('call:changed', { call: callAs('ringing', 1) });
  cluster.answers['call:accept'] = () => {
    cluster.say('call:changed', { call: callAs('ended', 3) });
    return { ok: true, call: callAs('accepted', 2) };
  };
  await expect(calls.accept(callAs('ringing', 1))).resolves.toEqual(callAs('ended', 3));
  expect(heard.at(-1)).toBe('changed c1 ended 3');
});

test('SPEC 14.2: an invitation that was not answered is sent again, under the same id', async () => {
  const { cluster, calls } = await startCalling();
  cluster.answers['call:invite'] = () => refused('unavailable', true);
  const inviting = calls.invite('ada', { ringMs: 5_000 });
  await vi.advanceTimersByTimeAsync(1_000);
  const answer = ({ callId }: CommandPayload<'call:invite'>) => callId as Call['callId'];
  cluster.answers['call:invite'] = (payload) => ({
    ok: true,
    call: callAs('ringing', 1, { callId: answer(payload) }),
  });
  await vi.advanceTimersByTimeAsync(4_000);
  const invitations = cluster.received.map(([, payload]) => payload);
  expect(invitations.length).toBeGreaterThan(1);
  expect(new Set(invitations.map((each) => JSON.stringify(each))).size).toBe(1);
  expect(invitations[0]).toMatchObject({ to: 'ada', ringMs: 5_000 });
  await expect(inviting).resolves.toMatchObject({ state: 'ringing' });
});

test('SPEC 14.3: what cannot be done is refused at once', async () => {
  const { cluster, calls } = await startCalling();
  for (const action of ['accept', 'reject', 'cancel', 'end'] as const) {
    cluster.answers[`call:${action}`] = () => refused('call_state', false);
    await expect(calls[action](callAs('ringing', 1))).rejects.toMatchObject({ code: 'call_state' });
  }
  expect(cluster.received).toHaveLength(4);
});

test('an accepted call leads into its room', async () => {
  const { cluster, calls } = await startCalling();
  letIn(cluster, 'me', 1, []);
  const room = await calls.join(callAs('accepted', 2), { name: 'Bob' });
  expect(room.id).toBe('room');
  expect(cluster.received).toEqual([['room:join', expect.objectContaining({ name: 'Bob' })]]);
});

test('SPEC 14.7: who comes back as somebody new has lost their calls, and says who they are', async () => {
  const { cluster, heard } = await startCalling();
  cluster.say('call:changed', { call: callAs('accepted', 2) });
  cluster.drop();
  cluster.welcome(peer('me'), true);
  expect(heard).toEqual(['changed c1 accepted 2']);
  cluster.drop();
  cluster.received.length = 0;
  cluster.welcome(peer('me again'));
  expect(cluster.received).toEqual([['session:identify', { userId: 'bob' }]]);
  cluster.say('call:changed', { call: callAs('accepted', 2) });
  expect(heard.slice(1)).toEqual(['lost c1 accepted 2', 'changed c1 accepted 2']);
});

test('rooms are entered again as who one is', async () => {
  const { cluster, client } = await startCalling();
  letIn(cluster, 'me', 1, []);
  await client.join('room');
  cluster.drop();
  cluster.received.length = 0;
  cluster.answers['session:identify'] = () => refused('unavailable', true);
  letIn(cluster, 'me again', 5, []);
  cluster.welcome(peer('me again'));
  await vi.advanceTimersByTimeAsync(0);
  expect(cluster.received.map(([command]) => command)).toEqual(['session:identify']);
  cluster.answers['session:identify'] = () => ({ ok: true, userId: 'bob' as never });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(cluster.received.map(([command]) => command)).toEqual([
    'session:identify',
    'session:identify',
    'room:join',
  ]);
});

test('SPEC 9.3: who withdraws has lost their calls, is nobody, and comes back as nobody', async () => {
  const { cluster, client, calls, heard } = await startCalling();
  cluster.answers['session:withdraw'] = () => ({ ok: true }) as never;
  cluster.say('call:changed', { call: callAs('ringing', 1) });
  await client.withdraw();
  expect([client.userId, calls.live]).toEqual([null, []]);
  expect(heard.slice(2)).toEqual(['lost c1 ringing 1']);
  cluster.drop();
  cluster.received.length = 0;
  cluster.welcome(peer('me again'));
  expect(cluster.received).toEqual([['session:withdraw', {}]]);
  await client.identify({ userId: 'bob' });
  expect(client.userId).toBe('bob');
});

test('SPEC 9.3: who could not withdraw is who they were', async () => {
  const { cluster, client, calls } = await startCalling();
  cluster.answers['session:withdraw'] = () => refused('unavailable', true);
  cluster.say('call:changed', { call: callAs('ringing', 1) });
  await expect(client.withdraw()).rejects.toMatchObject({ code: 'unavailable' });
  expect([client.userId, calls.live]).toEqual(['bob', [callAs('ringing', 1)]]);
});
