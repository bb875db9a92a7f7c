import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { peer } from '../testing/samples.ts';
import { startInRoom } from '../testing/started-client.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('SPEC 1.5: a client leaves a node that is stopping when it is told to, and goes on', async () => {
  const { cluster, client, told } = await startInRoom();
  cluster.say('node:draining', { reconnectInMs: 3_000 });
  await vi.advanceTimersByTimeAsync(2_999);
  expect(client.state.state).toBe('connected');
  await vi.advanceTimersByTimeAsync(1);
  expect(client.state.state).toBe('reconnecting');
  expect(cluster.delayMs).toBeLessThan(100);
  cluster.welcome(peer('me'), true);
  expect(cluster.delayMs).toBe(500);
  expect(told).toEqual(['back as me']);
});

test('it goes between two commands, but does not wait for ever', async () => {
  for (const isAnswered of [true, false]) {
    const { cluster, client, room } = await startInRoom();
    cluster.say('node:draining', { reconnectInMs: 100 });
    await vi.advanceTimersByTimeAsync(50);
    let answer = () => {};
    const emit = cluster.timeout(1_000).emit;
    cluster.timeout = () => ({
      emit: (command, payload, ack) => {
        if (command !== 'room:relay') return emit(command, payload, ack);
        answer = () => ack(null, { ok: true } as never);
      },
    });
    const relaying = room.relay('hand-raised', true);
    await vi.advanceTimersByTimeAsync(900);
    expect(client.state.state).toBe('connected');
    if (isAnswered) answer();
    else await vi.advanceTimersByTimeAsync(200);
    await vi.advanceTimersByTimeAsync(0);
    expect(client.state.state).toBe('reconnecting');
    if (isAnswered) await relaying;
  }
});

test('a node that closes the connection before is left then', async () => {
  const { cluster, client } = await startInRoom();
  cluster.say('node:draining', { reconnectInMs: 3_000 });
  cluster.drop();
  cluster.welcome(peer('me'), true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(client.state.state).toBe('connected');
});
