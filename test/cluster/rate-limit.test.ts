import { type Cluster, waitUntil } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNodes } from './start-nodes.ts';
import { TestClient } from './test-client.ts';

const perSecond = 50;
const burst = 2 * perSecond;

let cluster: Cluster;

beforeAll(async () => {
  const env = { COMMANDS_PER_SECOND: `${perSecond}` };
  cluster = await startNodes({ nodes: 1, env });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

test('SPEC 2.7: what is more than the burst is refused, has no effect, and says how long to wait', async () => {
  using client = await TestClient.connect(cluster.node('n1'));
  using other = await TestClient.connect(cluster.node('n1'));
  const startedAt = performance.now();
  const sent = Array.from({ length: 3 * burst }, (_, index) =>
    index < 3 * burst - 1
      ? client.send('room:leave', { roomId: 'nowhere' })
      : client.send('room:join', { roomId: 'too late' }),
  );
  const answers = await Promise.all(sent);
  const tookMs = performance.now() - startedAt;
  const admitted = answers.filter(({ ok }) => ok).length;
  expect(admitted).toBeGreaterThanOrEqual(burst);
  // And as many as the rate lets in while the answers came.
  expect(admitted).toBeLessThanOrEqual(burst + Math.ceil((tookMs / 1_000) * perSecond) + 1);
  const refusals = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
  for (const { code, retryable, retryAfterMs } of refusals) {
    expect([code, retryable]).toEqual(['rate_limited', true]);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(1_000 / perSecond);
  }
  // The join was the last of them: the room is not there, for another one who looks.
  const { room } = await other.must('room:join', { roomId: 'too late' });
  expect(room.participants.map(({ peerId }) => peerId)).toEqual([other.peerId]);
  // Nobody else pays for it, and it passes.
  await waitUntil(
    () => client.send('room:leave', { roomId: 'nowhere' }),
    ({ ok }) => ok,
    { what: 'a command to be admitted again', intervalMs: 1_000 / perSecond },
  );
});

test('SPEC 2.1, 2.7: a command without a callback that is refused makes the event `error`', async () => {
  using client = await TestClient.connect(cluster.node('n1'));
  for (let index = 0; index < 2 * burst; index++) {
    client.socket.emit('room:leave', { roomId: 'nowhere' });
  }
  const { promise: refused, resolve } = Promise.withResolvers<unknown>();
  client.socket.once('error', resolve);
  expect(await refused).toMatchObject({
    command: 'room:leave',
    error: { code: 'rate_limited', retryable: true, retryAfterMs: expect.any(Number) },
  });
  expect(client.socket.connected).toBe(true);
});
