import type { NewSession, SessionOwner } from '@switchboard/core';
import { PeerId } from '@switchboard/protocol';
import { startRedis, waitUntil } from '@switchboard/testkit';
import {
  nodeReport,
  openNodes,
  profile,
  type RecordingNode,
  roomNamed,
} from '@switchboard/testkit/contracts';
import { expect, test } from 'vitest';
import { redisBackend } from '../test/redis-backend.ts';
import { Subscription } from './bus/subscription.ts';
import { parseRedisAddress } from './connection/address.ts';

/** Two nodes with leases, on a Redis that is there to be frozen. */
async function start() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRedis({ own: true }));
  const backend = stack.use(redisBackend(server.url));
  const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
  for (const { state } of [n1, n2]) await state.leases.take();
  const all = stack.move();
  return { server, n1, n2, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

test('a claim that was given up before it was carried out is not carried out at all', async () => {
  await using started = await start();
  const { server, n1, n2 } = started;
  const peerId = PeerId.parse('ada');
  const session: NewSession = {
    binding: { peerId, node: n1.id, epoch: 3 },
    owner: 'default:ada' as SessionOwner,
    secretDigest: 'digest',
    graceMs: 60_000,
    profile,
  };
  const claim = (node: RecordingNode) =>
    node.state.sessions.claim({ ...session, peerId, node: node.id });
  await n1.state.sessions.open({ ...session, binding: { ...session.binding, epoch: 1 } });
  // Redis has the script by then: a claim that it does not know is not carried out anyway.
  await claim(n2);
  await claim(n1);
  const before = n1.fences.seen.length;
  await server.pause();
  await expect(claim(n2)).rejects.toMatchObject({ code: 'unavailable' });
  await server.resume();
  // Redis reads what a connection has sent before it takes a new one, and this one answers last.
  await waitUntil(
    () => n2.state.sessions.isResumable(peerId, 'digest').catch(() => false),
    Boolean,
    { what: 'Redis to have read what was sent to it' },
  );
  expect(n1.fences.seen.slice(before)).toEqual([]);
  expect(await n1.state.sessions.intend(session.binding, roomNamed('first'))).toBe(true);
});

test('a process whose new lease was not answered is no stranger to itself', async () => {
  await using started = await start();
  const { server, n1 } = started;
  await server.pause();
  await expect(n1.state.leases.take()).rejects.toMatchObject({ code: 'unavailable' });
  await server.resume();
  const renewals: string[] = [];
  const renew = async () => {
    const outcome = await n1.state.leases.renew(nodeReport()).catch(() => undefined);
    if (outcome) renewals.push(outcome.kind);
    return outcome?.kind === 'renewed';
  };
  await waitUntil(renew, Boolean, { what: 'the lease to be renewed' });
  // It learns that it holds another one, and has it from then on.
  expect(renewals).toEqual(['late', 'renewed']);
});

test('a subscription at a Redis that freezes is given up, and taken up when it goes on', async () => {
  await using server = await startRedis({ own: true });
  let resubscribed = 0;
  const subscription = new Subscription(parseRedisAddress(server.url), 'channel', {
    onMessage: () => undefined,
    onResubscribed: () => {
      resubscribed += 1;
    },
    onError: () => undefined,
  });
  await subscription.open();
  try {
    await server.pause();
    // Nobody sends anything over it: that nothing comes back shows by the ping alone.
    await waitUntil(
      () => subscription.isLive,
      (isLive) => !isLive,
      {
        what: 'the subscription to be given up',
        timeoutMs: 10_000,
      },
    );
    await server.resume();
    await waitUntil(
      () => resubscribed,
      (count) => count === 1,
      { what: 'a new subscription' },
    );
    expect(subscription.isLive).toBe(true);
  } finally {
    subscription.close();
  }
});
