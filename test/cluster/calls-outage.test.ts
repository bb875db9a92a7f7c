import { startRedis, startTcpProxy, type TcpProxy, waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { CallClient } from './call-client.ts';
import { startNodes } from './start-nodes.ts';

/** A node does what it could not write down as soon as it reaches the shared state again. */
const retriedMs = 10_000;
/** How long a node's lease lasts: one that has been away for longer has another one afterwards. */
const leaseMs = 6_000;
/** It looks after calls once it has been steady for 8 s, every second. */
const lookedAfterMs = 20_000;
/** A command is answered within so much, whatever becomes of the shared state. */
const answerMs = 2_500;

/** Nodes whose way to Redis can be cut; what is in Redis stays. */
async function start() {
  await using started = new AsyncDisposableStack();
  const redis = started.use(await startRedis());
  const proxy: TcpProxy = started.use(await startTcpProxy(redis.port));
  const env = { REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
  const cluster = started.use(await startNodes({ nodes: 2, env }));
  const resources = started.move();
  const close = () => resources.disposeAsync();
  return { cluster, proxy, [Symbol.asyncDispose]: close };
}

/** What became of a call, each change once: it can be told of twice (SPEC 14.5). */
function statesOf({ calls }: CallClient, callId: string): string[] {
  const seen = calls.seen.filter((call) => call.callId === callId);
  return [...new Map(seen.map(({ rev, state }) => [rev, state])).values()];
}

test('SPEC 2.8, 14.7, 14.8: calls outlive that Redis is away, and what came due meanwhile happens once', async () => {
  await using world = await start();
  const { cluster, proxy } = world;
  const connect = (node: string, userId: string) => CallClient.connect(cluster.node(node), userId);
  using ada = await connect('n1', 'ada');
  using bob = await connect('n1', 'bob');
  using cy = await connect('n2', 'cy');
  using dan = await connect('n1', 'dan');
  using eve = await connect('n2', 'eve');
  using fay = await connect('n1', 'fay');
  for (const [caller, callee, callId] of [
    [ada, bob, 'talk'],
    [eve, fay, 'broken'],
  ] as const) {
    await caller.must('call:invite', { callId, to: callee.userId });
    await callee.must('call:accept', { callId });
    await caller.told(callId, 'accepted');
  }
  const { roomId } = await ada.told('talk', 'accepted');
  for (const each of [ada, bob]) await each.must('room:join', { roomId });
  const { call } = await cy.must('call:invite', { callId: 'ring', to: 'dan', ringMs: 5_000 });
  await dan.told('ring', 'ringing');

  proxy.cut();
  const cutAt = performance.now();
  const invitation = { callId: 'later', to: 'dan' };
  for (const [client, name, payload] of [
    [fay, 'call:invite', invitation],
    [dan, 'call:accept', { callId: 'ring' }],
    [ada, 'call:end', { callId: 'talk' }],
  ] as const) {
    const askedAt = performance.now();
    const refusal = await client.refusal(name, payload);
    expect(refusal, name).toMatchObject({ code: 'unavailable', retryable: true });
    expect(performance.now() - askedAt, name).toBeLessThan(answerMs);
  }
  const heard = new Promise((resolve) => bob.socket.once('signal', resolve));
  await ada.must('signal', { roomId, to: bob.peerId, kind: 'custom', data: 'still here' });
  expect(await heard).toMatchObject({ from: ada.peerId, data: 'still here' });
  eve.socket.disconnect();
  await waitUntil(() => Date.now() > call.ringsUntil, Boolean, { what: 'the call to be overdue' });
  await waitUntil(() => performance.now() > cutAt + leaseMs, Boolean, {
    what: 'the leases to end',
  });

  proxy.mend();
  await Promise.all([
    fay.told('broken', 'ended', retriedMs),
    cy.told('ring', 'missed', lookedAfterMs),
    dan.told('ring', 'missed', lookedAfterMs),
  ]);
  const { call: later } = await waitUntil(
    () => fay.send('call:invite', invitation),
    (answer) => answer.ok,
    { what: 'the cluster to carry out commands', timeoutMs: retriedMs },
  ).then((answer) => (answer.ok ? answer : Promise.reject(new Error('it was refused'))));
  expect(later).toMatchObject({ state: 'ringing', rev: 1 });
  // One more change of each, behind which nothing older can come.
  await ada.must('call:end', { callId: 'talk' });
  await bob.told('talk', 'ended');
  expect(statesOf(cy, 'ring')).toEqual(['ringing', 'missed']);
  expect(statesOf(dan, 'ring')).toEqual(['ringing', 'missed']);
  expect(statesOf(fay, 'broken')).toEqual(['ringing', 'accepted', 'ended']);
  expect(statesOf(bob, 'talk')).toEqual(['ringing', 'accepted', 'ended']);
}, 60_000);
