import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { refused } from './testing/fake-cluster.ts';
import { peer } from './testing/samples.ts';
import { start } from './testing/started-client.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('connecting', () => {
  test('ends with the welcome, which names the client', async () => {
    const { cluster, client, states } = start();
    const connected = client.connect();
    cluster.welcome(peer('me'));
    await expect(connected).resolves.toBe('me');
    expect(client.peerId).toBe('me');
    expect(client.state).toMatchObject({ state: 'connected', sid: 'n1.fake' });
    expect(states).toEqual(['connecting', 'connected']);
  });

  test('goes on while the cluster cannot be reached, and gives up in the end', async () => {
    const { cluster, client } = start();
    const connected = client.connect();
    const outcome = expect(connected).rejects.toMatchObject({ code: 'unreachable' });
    cluster.say('connect_error', new Error('xhr poll error'));
    expect(client.state).toEqual({ state: 'connecting', failures: 1 });
    await vi.advanceTimersByTimeAsync(20_000);
    await outcome;
    expect(client.state).toMatchObject({ state: 'closed', error: { code: 'unreachable' } });
  });

  test('ends with a refusal that will not change', async () => {
    const { cluster, client } = start();
    const connected = client.connect();
    cluster.refuse(refused('forbidden', false).error);
    await expect(connected).rejects.toMatchObject({ code: 'forbidden', retryable: false });
    expect(client.state.state).toBe('closed');
  });

  test('waits out a refusal that may pass, though Socket.IO gives up', async () => {
    const { cluster, client } = start();
    const connected = client.connect();
    cluster.refuse(refused('unavailable', true).error);
    expect(cluster.active).toBe(false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(cluster.connects).toBe(2);
    cluster.welcome(peer('me'));
    await expect(connected).resolves.toBe('me');
  });

  test('does not wait for a welcome for ever', async () => {
    const { cluster, client } = start();
    void client.connect();
    cluster.connected = true;
    cluster.say('connect', undefined);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(cluster.connected).toBe(false);
    expect(client.state).toEqual({ state: 'connecting', failures: 1 });
  });

  test('may be asked for twice, and again after a close', async () => {
    const { cluster, client } = start();
    const first = client.connect();
    expect(client.connect()).toBe(first);
    cluster.welcome(peer('me'));
    client.close();
    const again = client.connect();
    cluster.welcome(peer('somebody else'));
    await expect(again).resolves.toBe('somebody else');
  });
});

describe('commands', () => {
  test('without a connection are refused at once', async () => {
    const { client } = start();
    await expect(client.join('room')).rejects.toMatchObject({ code: 'not_connected' });
    const connected = client.connect();
    client.close();
    await expect(connected).rejects.toMatchObject({ code: 'closed' });
    await expect(client.join('room')).rejects.toMatchObject({ code: 'closed' });
  });

  test('fail with what the cluster says', async () => {
    const { cluster, client } = start();
    void client.connect();
    cluster.welcome(peer('me'));
    cluster.answers['room:join'] = () => refused('room_full', true);
    await expect(client.join('room')).rejects.toMatchObject({ code: 'room_full', retryable: true });
  });

  test('that are not answered in time fail, and a join is taken back', async () => {
    const { cluster, client } = start();
    void client.connect();
    cluster.welcome(peer('me'));
    const outcome = expect(client.join('room')).rejects.toMatchObject({ code: 'timeout' });
    await vi.advanceTimersByTimeAsync(1_000);
    await outcome;
    expect(cluster.received.map(([command]) => command)).toEqual(['room:join', 'room:leave']);
  });

  test('that are cut off by a lost connection say so', async () => {
    const { cluster, client } = start();
    void client.connect();
    cluster.welcome(peer('me'));
    const outcome = expect(client.join('room')).rejects.toMatchObject({ code: 'interrupted' });
    cluster.drop();
    await outcome;
  });
});
