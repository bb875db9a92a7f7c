import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallClient } from './call-client.ts';
import { startNodes } from './start-nodes.ts';

/** A dead node is given up after its lease, and its sessions end after their grace. */
const patienceMs = 45_000;

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 3, balancer: true });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

test('SPEC 14.7, 14.8, 13.1: the calls of clients that die with their node end; the others see it once', async () => {
  const connect = (node: string, userId: string) => CallClient.connect(cluster.node(node), userId);
  using ada = await connect('n1', 'ada');
  using bob = await connect('n2', 'bob');
  using cy = await connect('n1', 'cy');
  using dan = await connect('n3', 'dan');
  await dan.must('presence:watch', { userIds: ['ada', 'bob'] });
  await ada.must('call:invite', { callId: 'talk', to: 'bob' });
  await bob.told('talk', 'ringing');
  await bob.must('call:accept', { callId: 'talk' });
  await dan.sees('ada', 'in-call');
  await cy.must('call:invite', { callId: 'ring', to: 'dan', ringMs: 120_000 });
  await dan.told('ring', 'ringing');
  const before = dan.presences.seen.length;
  for (const { socket } of [ada, cy]) socket.io.reconnection(false);
  await cluster.node('n1').kill();
  await Promise.all([
    bob.told('talk', 'ended', patienceMs),
    dan.told('ring', 'cancelled', patienceMs),
    dan.sees('ada', 'offline', patienceMs),
  ]);
  await dan.presences.first(({ userId, status }) => userId === 'bob' && status === 'online');
  expect(bob.calls.seen.map(({ state }) => state)).toEqual(['ringing', 'accepted', 'ended']);
  expect(dan.calls.seen.map(({ state }) => state)).toEqual(['ringing', 'cancelled']);
  const since = dan.presences.seen.slice(before).map(({ userId, status }) => `${userId} ${status}`);
  expect(since.filter((each) => each.startsWith('ada')).at(-1)).toBe('ada offline');
  // They can call each other again.
  const { call } = await bob.must('call:invite', { callId: 'again', to: 'dan' });
  expect(call.state).toBe('ringing');
  await cluster.node('n1').restart();
}, 60_000);

test('SPEC 14.5, 13.1: a client whose node dies resumes elsewhere in its call, and learns what it missed', async () => {
  const { url, certificate } = cluster;
  const connect = (userId: string) => CallClient.connect({ url, certificate }, userId);
  await using stack = new AsyncDisposableStack();
  // The balancer sends them anywhere: two are needed on different nodes, a third one on neither.
  const clients = await Promise.all(['eve', 'fay', 'gus', 'hal', 'ida', 'jon'].map(connect));
  for (const client of clients) stack.use(client);
  const [victim] = clients;
  const other = clients.find(({ node }) => node !== victim?.node);
  if (!victim || !other) throw new Error('the balancer uses one node only');
  await victim.must('call:invite', { callId: 'lasting', to: other.userId });
  await other.must('call:accept', { callId: 'lasting' });
  await victim.told('lasting', 'accepted');
  await other.must('presence:watch', { userIds: ['eve'] });
  await cluster.node(victim.node).kill();
  const { resumed } = await victim.welcomes.first(
    () => victim.welcomes.seen.length > 1,
    'a second welcome',
    20_000,
  );
  expect(resumed).toBe(true);
  await other.must('call:end', { callId: 'lasting' });
  await victim.told('lasting', 'ended');
  await other.sees('eve', 'online');
  // It was in its call all the time, as far as anybody could see.
  expect(other.presences.seen).toEqual([{ userId: 'eve', status: 'online' }]);
}, 60_000);
