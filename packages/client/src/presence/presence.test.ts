import type { CommandPayload, PresenceStatus, UserPresence } from '@switchboard/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refused } from '../testing/fake-cluster.ts';
import { peer } from '../testing/samples.ts';
import { start } from '../testing/started-client.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const startWatching = () => {
  const started = start();
  const { cluster, client } = started;
  void client.connect();
  cluster.welcome(peer('me'));
  const heard: string[] = [];
  client.presence.on('changed', ({ userId, status }) => heard.push(`${userId} ${status}`));
  const answer = (status: PresenceStatus) => {
    cluster.answers['presence:watch'] = ({ userIds }: CommandPayload<'presence:watch'>) => ({
      ok: true,
      users: userIds.map((userId) => presence(userId, status)),
    });
  };
  cluster.answers['presence:unwatch'] = () => ({ ok: true }) as never;
  const asked = () =>
    cluster.received
      .filter(([command]) => command === 'presence:watch')
      .map(([, payload]) => (payload as CommandPayload<'presence:watch'>).userIds);
  return { ...started, presence: client.presence, heard, answer, asked };
};

const presence = (userId: string, status: PresenceStatus) => ({ userId, status }) as UserPresence;

const settle = () => vi.advanceTimersByTimeAsync(0);

test('SPEC 13.2, 13.3: says how users are, and what changes', async () => {
  const { cluster, presence: watched, heard, answer } = startWatching();
  answer('offline');
  await expect(watched.watch(['ada', 'bob'])).resolves.toEqual([
    presence('ada', 'offline'),
    presence('bob', 'offline'),
  ]);
  cluster.say('presence:changed', presence('ada', 'online'));
  cluster.say('presence:changed', presence('ada', 'online'));
  cluster.say('presence:changed', presence('somebody', 'online'));
  expect(heard).toEqual(['ada online']);
  watched.unwatch(['ada']);
  cluster.say('presence:changed', presence('ada', 'offline'));
  expect(heard).toEqual(['ada online']);
  expect([...watched.users]).toEqual([['bob', 'offline']]);
});

test('SPEC 13.4: watches again after each welcome, and tells what is different', async () => {
  const { cluster, presence: watched, heard, answer, asked } = startWatching();
  answer('offline');
  await watched.watch(['ada']);
  for (const [resumed, status] of [
    [true, 'online'],
    [false, 'in-call'],
  ] as const) {
    cluster.drop();
    cluster.answers['presence:watch'] = () => refused('unavailable', true);
    cluster.welcome(peer(resumed ? 'me' : 'me again'), resumed);
    await settle();
    answer(status);
    await vi.advanceTimersByTimeAsync(2_000);
  }
  expect(heard).toEqual(['ada online', 'ada in-call']);
  expect(new Set(asked().flat())).toEqual(new Set(['ada']));
});

test('asks about many a hundred at a time, each once', async () => {
  const { presence: watched, answer, asked } = startWatching();
  answer('online');
  const users = Array.from({ length: 250 }, (_, index) => `user ${index % 240}`);
  await expect(watched.watch(users)).resolves.toHaveLength(240);
  expect(asked().map(({ length }) => length)).toEqual([100, 100, 40]);
});

test('who could not be watched is not', async () => {
  const { cluster, presence: watched } = startWatching();
  cluster.answers['presence:watch'] = () => refused('too_many_watched', false);
  await expect(watched.watch(['ada'])).rejects.toMatchObject({ code: 'too_many_watched' });
  expect(watched.users.size).toBe(0);
  cluster.drop();
  cluster.received.length = 0;
  cluster.welcome(peer('me'), true);
  expect(cluster.received).toEqual([]);
});
