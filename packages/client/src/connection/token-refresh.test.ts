import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SwitchboardClient } from '../client.ts';
import { FakeCluster, refused } from '../testing/fake-cluster.ts';
import { peer } from '../testing/samples.ts';
import type { TokenHandlers } from './socket-port.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const encode = (value: unknown): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Of a user, for so long from now; unsigned, because no client looks at that. */
const tokenFor = (lifeMs: number, sub = 'zoë ?>') => {
  const iat = Math.floor(Date.now() / 1_000);
  return `${encode({ alg: 'none' })}.${encode({ sub, iat, exp: iat + lifeMs / 1_000 })}.`;
};

const start = (lifeMs: number) => {
  const cluster = new FakeCluster();
  let handlers: TokenHandlers | undefined;
  const client = new SwitchboardClient({ commandTimeoutMs: 1_000 }, (_, given) => {
    handlers = given;
    return cluster;
  });
  const getToken = vi.fn(() => tokenFor(lifeMs));
  void client.connect({ token: getToken });
  /** What the socket does at every connection. */
  const connect = () => {
    handlers?.onToken(tokenFor(lifeMs));
    cluster.welcome(peer('me'), true);
  };
  connect();
  cluster.answers['auth:refresh'] = () => ({ ok: true });
  const shown = () => cluster.received.filter(([command]) => command === 'auth:refresh').length;
  return { cluster, client, getToken, connect, shown };
};

const minuteMs = 60_000;

test('SPEC 7.8: a newer token is shown before the former expires, again and again', async () => {
  const { client, shown } = start(10 * minuteMs);
  expect(client.userId).toBe('zoë ?>');
  await vi.advanceTimersByTimeAsync(7 * minuteMs);
  expect(shown()).toBe(0);
  await vi.advanceTimersByTimeAsync(2 * minuteMs);
  expect(shown()).toBe(1);
  await vi.advanceTimersByTimeAsync(9 * minuteMs);
  expect(shown()).toBe(2);
});

test('what fails is tried again, in time', async () => {
  const { cluster, getToken, shown } = start(10 * minuteMs);
  getToken.mockImplementationOnce(() => {
    throw new Error('the application is away');
  });
  cluster.answers['auth:refresh'] = () => refused('unavailable', true);
  await vi.advanceTimersByTimeAsync(8 * minuteMs + 10_000);
  cluster.answers['auth:refresh'] = () => ({ ok: true });
  await vi.advanceTimersByTimeAsync(minuteMs);
  expect(getToken.mock.calls.length).toBe(shown() + 1);
  const before = shown();
  await vi.advanceTimersByTimeAsync(minuteMs);
  expect(shown()).toBe(before);
});

test('a connection that has shown a newer token has prolonged the session', async () => {
  const { cluster, connect, shown } = start(10 * minuteMs);
  await vi.advanceTimersByTimeAsync(7 * minuteMs);
  cluster.drop();
  connect();
  await vi.advanceTimersByTimeAsync(7 * minuteMs);
  expect(shown()).toBe(0);
});

test('a client that is closed asks for no more tokens', async () => {
  const { client, getToken } = start(10 * minuteMs);
  client.close();
  await vi.advanceTimersByTimeAsync(60 * minuteMs);
  expect(getToken).not.toHaveBeenCalled();
  expect(client.userId).toBeNull();
});
