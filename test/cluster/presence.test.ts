import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallClient } from './call-client.ts';
import { startNodes } from './start-nodes.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 2 });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const connect = (node: string, userId: string | null) =>
  CallClient.connect(cluster.node(node), userId);

const statusesOf = ({ presences }: CallClient) => presences.seen.map(({ status }) => status);

test('SPEC 13.1, 13.2, 13.3: who watches on another node sees a user come, call and go', async () => {
  using watcher = await connect('n1', null);
  const { users } = await watcher.must('presence:watch', { userIds: ['ada', 'bob', 'ada'] });
  expect(users).toEqual([
    { userId: 'ada', status: 'offline' },
    { userId: 'bob', status: 'offline' },
  ]);
  using ada = await connect('n2', 'ada');
  await watcher.sees('ada', 'online');
  using bob = await connect('n1', 'bob');
  await watcher.sees('bob', 'online');
  await ada.must('call:invite', { callId: 'c1', to: 'bob' });
  await bob.must('call:accept', { callId: 'c1' });
  await Promise.all([watcher.sees('ada', 'in-call'), watcher.sees('bob', 'in-call')]);
  const again = await watcher.must('presence:watch', { userIds: ['bob', 'ada'] });
  expect(again.users.map(({ status }) => status)).toEqual(['in-call', 'in-call']);
  await ada.must('call:end', { callId: 'c1' });
  await watcher.presences.first(
    () => watcher.presences.seen.filter(({ userId }) => userId === 'bob').length === 3,
  );
  ada.socket.disconnect();
  bob.socket.disconnect();
  await Promise.all([watcher.sees('ada', 'offline'), watcher.sees('bob', 'offline')]);
  for (const name of ['ada', 'bob']) {
    const seen = watcher.presences.seen.filter(({ userId }) => userId === name);
    expect(seen.map(({ status }) => status)).toEqual(['online', 'in-call', 'online', 'offline']);
  }
});

test('SPEC 13.1: a user is online with any session, and one whose connection is lost counts', async () => {
  using watcher = await connect('n1', null);
  await watcher.must('presence:watch', { userIds: ['cy', 'marker'] });
  using phone = await connect('n1', 'cy');
  using desk = await connect('n2', 'cy');
  await watcher.sees('cy', 'online');
  phone.socket.disconnect();
  desk.socket.io.engine.close();
  const { resumed } = await desk.welcomes.first(() => desk.welcomes.seen.length === 2);
  expect(resumed).toBe(true);
  using marker = await connect('n2', 'marker');
  await watcher.sees('marker', 'online');
  expect(watcher.presences.seen.filter(({ userId }) => userId === 'cy')).toHaveLength(1);
  // It is still that user's, though it has not said so again.
  desk.socket.disconnect();
  await watcher.sees('cy', 'offline');
  expect(marker.peerId).not.toBe('');
});

test('SPEC 13.2: nobody is told of those whom they do not watch, or watch no more', async () => {
  using watcher = await connect('n1', null);
  using other = await connect('n1', null);
  await watcher.must('presence:watch', { userIds: ['dan', 'eve'] });
  await other.must('presence:watch', { userIds: ['dan'] });
  await watcher.must('presence:unwatch', { userIds: ['dan', 'nobody'] });
  using dan = await connect('n2', 'dan');
  await other.sees('dan', 'online');
  using eve = await connect('n2', 'eve');
  await watcher.sees('eve', 'online');
  expect(watcher.presences.seen).toEqual([{ userId: 'eve', status: 'online' }]);
  expect(statusesOf(other)).toEqual(['online']);
  expect([dan.presences.seen, eve.presences.seen]).toEqual([[], []]);
});

test('SPEC 13.2: a session watches so many users at most', async () => {
  using watcher = await connect('n2', null);
  const hundred = (first: number) =>
    Array.from({ length: 100 }, (_, index) => `user ${first + index}`);
  for (let first = 0; first < 1_000; first += 100) {
    const { users } = await watcher.must('presence:watch', { userIds: hundred(first) });
    expect(users.map(({ userId }) => userId)).toEqual(hundred(first));
  }
  const refused = await watcher.refusal('presence:watch', { userIds: ['one more'] });
  expect(refused).toMatchObject({ code: 'too_many_watched', retryable: false });
  await watcher.must('presence:watch', { userIds: hundred(900) });
  await watcher.must('presence:unwatch', { userIds: hundred(0) });
  await watcher.must('presence:watch', { userIds: ['one more'] });
  const tooMany = await watcher.refusal('presence:watch', { userIds: [...hundred(0), 'x'] });
  expect(tooMany.code).toBe('invalid_argument');
});
