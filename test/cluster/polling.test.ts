import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNodes } from './start-nodes.ts';
import { TestClient } from './test-client.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 2 });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

test('SPEC 1.2: the Engine.IO sid begins with the name of the node, over every transport', async () => {
  for (const nodeId of ['n1', 'n2']) {
    for (const transport of ['polling', 'websocket'] as const) {
      using client = await TestClient.connect(cluster.node(nodeId), { transports: [transport] });
      const { id } = client.socket.io.engine;
      expect(id.startsWith(`${nodeId}.`)).toBe(true);
      // What is secret of it is long enough, and nothing else is told by it.
      expect(id.length).toBeGreaterThanOrEqual(`${nodeId}.`.length + 20);
      expect(client.peerId).toBe(client.socket.id);
    }
  }
});

test('SPEC 1.1: a client that can only poll joins, is told, and signals, across nodes', async () => {
  using ada = await TestClient.connect(cluster.node('n1'), { transports: ['polling'] });
  using bob = await TestClient.connect(cluster.node('n2'));
  expect(ada.socket.io.engine.transport.name).toBe('polling');
  await ada.must('room:join', { roomId: 'r' });
  const told = new Promise((resolve) => ada.socket.once('participant:joined', resolve));
  await bob.must('room:join', { roomId: 'r' });
  expect(await told).toMatchObject({ participant: { peerId: bob.peerId } });
  const data = { sdp: 'v=0\r\n'.repeat(1_000) };
  const toBob = new Promise((resolve) => bob.socket.once('signal', resolve));
  await ada.must('signal', { roomId: 'r', to: bob.peerId, kind: 'offer', data });
  expect(await toBob).toEqual({ roomId: 'r', from: ada.peerId, kind: 'offer', data });
  const toAda = new Promise((resolve) => ada.socket.once('signal', resolve));
  await bob.must('signal', { roomId: 'r', to: ada.peerId, kind: 'candidate', data: null });
  expect(await toAda).toEqual({ roomId: 'r', from: bob.peerId, kind: 'candidate', data: null });
  expect(ada.socket.io.engine.transport.name).toBe('polling');
});

test('SPEC 4.2: many signals to a client that polls arrive in order', async () => {
  using ada = await TestClient.connect(cluster.node('n1'));
  using bob = await TestClient.connect(cluster.node('n2'), { transports: ['polling'] });
  await ada.must('room:join', { roomId: 'order' });
  await bob.must('room:join', { roomId: 'order' });
  const count = 200;
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const received: unknown[] = [];
  bob.socket.on('signal', ({ data }: { data: unknown }) => {
    received.push(data);
    if (received.length === count) resolve();
  });
  const numbers = Array.from({ length: count }, (_, index) => index);
  await Promise.all(
    numbers.map((data) =>
      ada.must('signal', { roomId: 'order', to: bob.peerId, kind: 'custom', data }),
    ),
  );
  await all;
  expect(received).toEqual(numbers);
});
