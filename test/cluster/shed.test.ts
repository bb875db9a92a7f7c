import { namespace } from '@switchboard/protocol';
import { type Cluster, startCluster, waitUntil } from '@switchboard/testkit';
import { io, type Socket } from 'socket.io-client';
import { expect, test } from 'vitest';

const clientCount = 300;
const perRoom = 2;

/** A plain client behind the balancer, which reconnects by itself as any of them does. */
interface Client {
  readonly socket: Socket;
  readonly peerId: string;
  readonly told: { readonly name: string; readonly resumed?: boolean }[];
}

async function connect({ url, certificate }: Cluster): Promise<Client> {
  const socket = io(`${url}${namespace}`, {
    ...{ transports: ['websocket'], forceNew: true, ca: certificate ?? '' },
    ...{ reconnectionDelay: 200, reconnectionDelayMax: 1_000 },
  });
  const told: Client['told'] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.onAny((name: string, payload: { peerId: string; resumed?: boolean }) => {
    told.push({ name, ...(name === 'welcome' && { resumed: payload.resumed === true }) });
    if (name === 'welcome') resolve(payload.peerId);
  });
  return { socket, told, peerId: await promise };
}

/** How many clients each node has, by the first part of their connections' ids. */
function loads(clients: readonly Client[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = { n1: 0, n2: 0, n3: 0, n4: 0 };
  for (const { socket } of clients) {
    const [node = ''] = socket.connected ? (socket.io.engine.id?.split('.') ?? []) : [];
    counts[node] = (counts[node] ?? 0) + 1;
  }
  return counts;
}

/** While loads even out anybody may be moved: what was not answered is sent again, as an SDK does. */
async function sendSurely(socket: Socket, name: string, payload: object): Promise<unknown> {
  for (;;) {
    try {
      return await socket.emitWithAck(name, payload);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'socket has been disconnected')
        throw error;
    }
  }
}

test('a node that is added gets its share of the clients, and none loses its session or room', async () => {
  await using cluster = await startCluster({
    nodes: 4,
    env: { SHED_PERCENT: '5', DRAIN_NOTICE_MS: '0', DRAIN_DEADLINE_MS: '0' },
  });
  await cluster.node('n4').stop();
  const clients: Client[] = [];
  using opened = new DisposableStack();
  for (let first = 0; first < clientCount; first += 50) {
    const some = await Promise.all(Array.from({ length: 50 }, () => connect(cluster)));
    for (const client of some) opened.defer(() => client.socket.disconnect());
    clients.push(...some);
  }
  expect(loads(clients)).toMatchObject({ n4: 0 });
  await Promise.all(
    clients.map(({ socket }, index) =>
      sendSurely(socket, 'room:join', { roomId: `r${Math.floor(index / perRoom)}` }),
    ),
  );
  for (const { told } of clients) told.length = 0;

  await cluster.node('n4').restart();
  const even = clientCount / 4;
  await waitUntil(
    () => Object.values(loads(clients)),
    (counts) => counts.every((count) => count > even * 0.85 && count < even * 1.15),
    { what: 'the loads to be even', timeoutMs: 60_000 },
  );

  const moved = clients.filter(({ told }) => told.some(({ name }) => name === 'welcome'));
  expect(moved.length).toBeGreaterThan(even * 0.8);
  // Nobody is sent around: about as many move as the new node has in the end.
  expect(moved.length).toBeLessThan(even * 2.5);
  const welcomes = moved.flatMap(({ told }) => told.filter(({ name }) => name === 'welcome'));
  expect(welcomes.every(({ resumed }) => resumed === true)).toBe(true);
  const names = new Set(clients.flatMap(({ told }) => told.map(({ name }) => name)));
  expect(names).not.toContain('participant:left');
  // Each still reaches the other one in its room.
  for (const [index, { socket, peerId }] of clients.entries()) {
    const peer = clients[index % perRoom === 0 ? index + 1 : index - 1] as Client;
    const arrived = new Promise((resolve) => peer.socket.once('signal', resolve));
    const signal = { roomId: `r${Math.floor(index / perRoom)}`, to: peer.peerId, kind: 'custom' };
    expect(await sendSurely(socket, 'signal', { ...signal, data: index })).toMatchObject({
      ok: true,
    });
    expect(await arrived).toMatchObject({ from: peerId, data: index });
  }
  const metrics = await Promise.all(
    cluster.nodes.map(async ({ opsUrl }) => (await fetch(`${opsUrl}/metrics`)).text()),
  );
  const shed = metrics.map((text) =>
    Number(/^switchboard_connections_shed_total (\d+)/m.exec(text)?.[1]),
  );
  expect(shed.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(moved.length);
}, 120_000);
