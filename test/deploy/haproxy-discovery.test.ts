import { randomId } from '@switchboard/core';
import { namespace } from '@switchboard/protocol';
import {
  freePort,
  type GuardedProcess,
  httpStatus,
  pinnedNode,
  repositoryPath,
  spawnGuarded,
  startBalancer,
  startRedis,
  waitUntil,
} from '@switchboard/testkit';
import { io, type Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import { startDnsServer } from './support/dns-server.ts';

/**
 * As in Kubernetes: nodes have names of their own, the same ports, and addresses that a name in DNS
 * tells; every address of 127.0.0.0/8 is this machine's.
 */
async function startPods(count: number) {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const dns = stack.use(await startDnsServer());
  const [port, opsPort] = await Promise.all([freePort(), freePort()]);
  const keyPrefix = `test-${randomId()}:`;
  const running = stack.use(new AsyncDisposableStack());
  const addresses: string[] = [];
  const pods = new Map<string, GuardedProcess>();
  const add = async (name: string) => {
    const address = `127.0.0.${addresses.length + 11}`;
    const pod = spawnGuarded({
      command: pinnedNode(),
      args: [repositoryPath('services/signaling/src/main.ts')],
      env: {
        ...{ NODE_ID: name, HOST: address, PORT: `${port}`, OPS_PORT: `${opsPort}` },
        ...{ REDIS_URL: redis.url, KEY_PREFIX: keyPrefix, LOG_LEVEL: 'warn' },
        ...{ DRAIN_NOTICE_MS: '0', DRAIN_DEADLINE_MS: '0' },
      },
    });
    pods.set(name, running.use(pod));
    await waitUntil(
      () => httpStatus(`http://${address}:${opsPort}/readyz`).catch(() => 0),
      (status) => status === 200,
      { what: `start of ${name}: ${pod.logs()}` },
    );
    addresses.push(address);
    dns.answer(addresses);
  };
  for (let index = 0; index < count; index += 1) await add(`calls-7d9f-${index}abcd`);
  const balancer = stack.use(
    await startBalancer({
      nodes: [],
      env: {
        BALANCER_DNS: dns.address,
        BALANCER_NODES: `nodes.calls.svc:${port}`,
        BALANCER_NODES_OPS_PORT: `${opsPort}`,
      },
    }),
  );
  const all = stack.move();
  return { balancer, add, pods, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

test('nodes that DNS names are found, and a client that polls stays on the one that has it', async () => {
  await using cluster = await startPods(2);
  const { balancer } = cluster;
  const known = (count: number) =>
    waitUntil(
      () => balancer.logs().match(/Health check for server nodes\/node\d+ succeeded/g) ?? [],
      (lines) => new Set(lines).size >= count,
      { what: `HAProxy to find ${count} nodes` },
    );
  await known(2);
  using opened = new DisposableStack();
  const poll = async (): Promise<Socket> => {
    const options = { transports: ['polling'], forceNew: true, reconnection: false };
    const socket = io(`${balancer.url}${namespace}`, { ...options, ca: balancer.certificate });
    opened.defer(() => socket.disconnect());
    await new Promise((resolve, reject) => {
      socket.once('welcome', resolve);
      socket.once('connect_error', reject);
    });
    return socket;
  };
  const nodeOf = (socket: Socket) => socket.io.engine.id?.split('.')[0];

  // One after the other, so that each finds the nodes evenly loaded, and both get some.
  const sockets: Socket[] = [];
  for (let count = 0; count < 6; count += 1) sockets.push(await poll());
  expect(new Set(sockets.map(nodeOf))).toEqual(new Set(cluster.pods.keys()));
  // Many requests of each, over connections that HAProxy is free to send anywhere.
  for (const socket of sockets) {
    for (let count = 0; count < 5; count += 1) {
      const answer = await socket.emitWithAck('room:join', { roomId: `r${count}` });
      expect(answer).toMatchObject({ ok: true });
    }
  }

  await cluster.add('calls-7d9f-newcomer');
  await known(3);
  await waitUntil(
    async () => nodeOf(await poll()),
    (node) => node === 'calls-7d9f-newcomer',
    { what: 'the new node to get a client' },
  );
  // Those that were there are where they were.
  for (const socket of sockets)
    expect(await socket.emitWithAck('room:leave', { roomId: 'r0' })).toMatchObject({ ok: true });
});
