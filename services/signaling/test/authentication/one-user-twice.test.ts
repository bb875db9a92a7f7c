import { type Cluster, type NodeProcess, startCluster } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, TestClient } from './connect.ts';
import { jwtSecret, tokenOf } from './tokens.ts';

let cluster: Cluster;
let n1: NodeProcess;
let n2: NodeProcess;

beforeAll(async () => {
  cluster = await startCluster({
    nodes: 2,
    balancer: false,
    env: { JWT_SECRET: jwtSecret, LOG_LEVEL: 'debug', DRAIN_NOTICE_MS: '0' },
  });
  [n1, n2] = [cluster.node('n1'), cluster.node('n2')];
});
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
});

const tab = async (node: NodeProcess, user: string): Promise<TestClient> =>
  connect(node, { auth: { token: await tokenOf(user) } });

describe('SPEC 3.9: a user who joins a room a second time', () => {
  test('takes the place of the first tab, which is told so once and stays away', async () => {
    using first = await tab(n1, 'ada');
    using bob = await tab(n1, 'bob');
    await first.join('full', { capacity: 2 });
    await bob.join('full');
    const former = first.peerId;
    using second = await tab(n2, 'ada');
    const room = await second.join('full');
    expect(room.participants.map(({ peerId }) => peerId)).toEqual([bob.peerId, second.peerId]);

    expect(await first.first('session:ended')).toMatchObject({
      error: { code: 'session_replaced', retryable: false },
    });
    expect(await first.loss()).toBe('io server disconnect');
    expect(first.socket.active).toBe(false);

    const left = await bob.first('participant:left');
    expect(left).toMatchObject({ peerId: former, reason: 'replaced' });
    const joined = await bob.first('participant:joined');
    expect(joined).toMatchObject({ rev: left.rev + 1, participant: { userId: 'ada' } });

    using third = await tab(n1, 'cy');
    await expect(third.join('full')).rejects.toThrow('room_full');
    await expect(second.join('full')).resolves.toMatchObject({ rev: joined.rev });
  });

  test('on the same node does too', async () => {
    using first = await tab(n1, 'ada');
    await first.join('one-node');
    using second = await tab(n1, 'ada');
    await second.join('one-node');
    expect(await first.first('session:ended')).toMatchObject({
      error: { code: 'session_replaced' },
    });
    await expect(second.join('one-node')).resolves.toMatchObject({
      participants: [{ peerId: second.peerId }],
    });
  });

  test('is in it twice, where the room was made so', async () => {
    using first = await tab(n1, 'ada');
    await first.join('allowed', { duplicates: 'allow' });
    using second = await tab(n2, 'ada');
    expect((await second.join('allowed')).participants).toHaveLength(2);
    await first.first('participant:joined');
    await expect(first.join('allowed')).resolves.toMatchObject({ rev: 2 });
  });

  test('without a token replaces nobody', async () => {
    using first = await connect(n1);
    await first.join('guests', { name: 'Guest' });
    using second = await connect(n2);
    expect((await second.join('guests', { name: 'Guest' })).participants).toHaveLength(2);
  });
});

describe('SPEC 3.10: the tab that was replaced', () => {
  test('goes on in its other rooms', async () => {
    using first = await tab(n1, 'ada');
    using bob = await tab(n2, 'bob');
    await first.join('shared');
    await first.join('other');
    await bob.join('other');
    using second = await tab(n2, 'ada');
    await second.join('shared');
    expect(await first.first('membership:ended')).toMatchObject({
      roomId: 'shared',
      error: { code: 'session_replaced' },
    });
    const signal = { roomId: 'other', to: bob.peerId, kind: 'custom', data: 'still here' } as const;
    expect(await first.send('signal', signal)).toEqual({ ok: true });
    expect(await bob.first('signal')).toMatchObject({ from: first.peerId, data: 'still here' });
    const gone = { ...signal, roomId: 'shared', to: second.peerId };
    expect(await first.send('signal', gone)).toMatchObject({
      error: { code: 'not_in_room' },
    });
    expect(first.names).not.toContain('lost');
  });

  test('while it was without a connection is refused when it comes back, and disturbs nobody', async () => {
    using first = await tab(n1, 'ada');
    await first.join('away');
    await first.cut();
    using second = await tab(n2, 'ada');
    await second.join('away');
    first.socket.connect();
    expect(await first.refusal()).toMatchObject({ code: 'session_replaced', retryable: false });
    expect(first.socket.active).toBe(false);
    await expect(second.join('away')).resolves.toMatchObject({
      participants: [{ peerId: second.peerId }],
    });
    expect(second.names).not.toContain('session:ended');
  });
});

test('SPEC 3.11: of two tabs that both come back by themselves, the later one keeps the room', async () => {
  /** Does what no client should: comes back after the end of its session, for as long as it is let. */
  async function stubborn(node: NodeProcess) {
    const client = await tab(node, 'ada');
    const refusals: string[] = [];
    const before = client.peerId;
    await client.join('contested');
    client.socket.on('disconnect', () => client.socket.connect());
    client.socket.on('welcome', async () => {
      const answer = await client.send('room:join', { roomId: 'contested', rejoin: before });
      if (!answer.ok) refusals.push(answer.error.code);
    });
    return { client, refusals, before };
  }
  const first = await stubborn(n1);
  const second = await stubborn(n2);
  await using _ = {
    [Symbol.asyncDispose]: async () => {
      for (const { client } of [first, second]) client.socket.off().disconnect();
    },
  };
  await first.client.first('session:ended');
  // It comes back to a session of its own, its resume token being refused, or not at all.
  first.client.socket.connect();
  expect(await first.client.refusal()).toMatchObject({ code: 'session_replaced' });
  // And with a new session, as a page that was loaded anew but was told to rejoin.
  using third = await tab(n1, 'ada');
  const rejoin = { rejoin: first.before };
  await expect(third.join('contested', rejoin)).rejects.toThrow('session_replaced');
  await expect(second.client.join('contested')).resolves.toMatchObject({
    participants: [{ peerId: second.client.peerId }],
  });
  expect(second.client.names).not.toContain('session:ended');
  expect(second.refusals).toEqual([]);
});

// Last, because it kills a node.
test('SPEC 3.10: a tab whose node died, and which was replaced then, learns it on another node', async () => {
  using first = await tab(n1, 'ada');
  await first.join('orphaned');
  first.socket.io.reconnection(false);
  const pid: unknown = Reflect.get(first.socket, '_pid');
  await n1.kill();
  using second = await tab(n2, 'ada');
  await second.join('orphaned');
  const auth = { token: await tokenOf('ada'), pid, offset: '0' };
  using back = new TestClient(n2, { auth });
  expect(await back.refusal()).toMatchObject({ code: 'session_replaced' });
  await expect(second.join('orphaned')).resolves.toMatchObject({
    participants: [{ peerId: second.peerId }],
  });
});
