import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refused } from '../testing/fake-cluster.ts';
import { peer } from '../testing/samples.ts';
import { start } from '../testing/started-client.ts';

const hour = 3_600_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A connected client whose cluster names a TURN server with credentials for so long. */
const startWith = (lifetimeMs: number | null) => {
  const { cluster, client } = start();
  void client.connect();
  cluster.welcome(peer('me'));
  let asked = 0;
  cluster.answers['ice:servers'] = () => {
    asked += 1;
    const iceServers = [{ urls: ['turn:turn.example'], username: `${asked}`, credential: 'c' }];
    const expiry = lifetimeMs === null ? {} : { expiresAt: Date.now() + lifetimeMs };
    return { ok: true, iceServers, ...expiry };
  };
  return { cluster, client, asked: () => asked };
};

test('servers are asked for once, however many need them', async () => {
  const { client, asked } = startWith(hour);
  const [first, second] = await Promise.all([client.iceServers(), client.iceServers()]);
  expect(first).toEqual([{ urls: ['turn:turn.example'], username: '1', credential: 'c' }]);
  expect(second).toBe(first);
  await expect(client.iceServers()).resolves.toBe(first);
  expect(asked()).toBe(1);
});

test('SPEC 15.3: they are asked for again before their credentials expire', async () => {
  const { client, asked } = startWith(hour);
  await client.iceServers();
  vi.advanceTimersByTime(0.7 * hour);
  await client.iceServers();
  expect(asked()).toBe(1);
  vi.advanceTimersByTime(0.1 * hour);
  await expect(client.iceServers()).resolves.toMatchObject([{ username: '2' }]);
});

test('they are asked for again when they are wanted anew', async () => {
  const { client, asked } = startWith(null);
  await client.iceServers();
  vi.advanceTimersByTime(100 * hour);
  await client.iceServers();
  expect(asked()).toBe(1);
  await client.iceServers({ anew: true });
  expect(asked()).toBe(2);
});

test('a clock behind that of the cluster makes no credential last longer', async () => {
  const { client, asked } = startWith(5 * hour);
  await client.iceServers();
  vi.advanceTimersByTime(0.8 * hour);
  await client.iceServers();
  expect(asked()).toBe(2);
});

test('a clock ahead of that of the cluster makes them asked for at each use', async () => {
  const { client, asked } = startWith(-hour);
  await client.iceServers();
  await client.iceServers();
  expect(asked()).toBe(2);
});

test('what the cluster refuses is thrown, and asked for again the next time', async () => {
  const { cluster, client } = startWith(hour);
  const answer = cluster.answers['ice:servers'];
  cluster.answers['ice:servers'] = () => refused('rate_limited', true);
  await expect(client.iceServers()).rejects.toMatchObject({ code: 'rate_limited' });
  if (answer) cluster.answers['ice:servers'] = answer;
  await expect(client.iceServers()).resolves.toHaveLength(1);
});
