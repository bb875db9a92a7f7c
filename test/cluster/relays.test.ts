import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNodes } from './start-nodes.ts';
import { disposing, TestClient } from './test-client.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 3, env: { COMMANDS_PER_SECOND: '100000' } });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

/** Resolves with the first so many events of that name. */
function hear(client: TestClient, name: string, count: number): Promise<unknown[]> {
  const { promise, resolve } = Promise.withResolvers<unknown[]>();
  const heard: unknown[] = [];
  client.socket.on(name, (payload: unknown) => {
    heard.push(payload);
    if (heard.length === count) resolve(heard);
  });
  return promise;
}

test('SPEC 11.1, 11.2: all others get what one relays, on whichever node, and its sender does not', async () => {
  // Two of four are on one node.
  const clients = await TestClient.connectAll(cluster.nodes, 4);
  using _ = disposing(clients);
  const [ada, ...others] = clients as [TestClient, ...TestClient[]];
  const roomId = 'ward';
  for (const client of clients) await client.must('room:join', { roomId });
  const relayed = others.map((client) => hear(client, 'room:relayed', 2));
  const typing = others.map((client) => hear(client, 'chat:typing', 1));
  await ada.must('chat:typing', { roomId, isTyping: true });
  for (const data of [{ up: true }, null]) {
    await ada.must('room:relay', { roomId, name: 'hand', data });
  }
  const from = { roomId, from: ada.peerId };
  for (const heard of await Promise.all(relayed)) {
    expect(heard).toEqual([
      { ...from, name: 'hand', data: { up: true } },
      { ...from, name: 'hand', data: null },
    ]);
  }
  for (const heard of await Promise.all(typing)) {
    expect(heard).toEqual([{ ...from, isTyping: true }]);
  }
  expect(ada.told.map(({ name }) => name)).not.toContain('room:relayed');
  using eve = await TestClient.connect(cluster.node('n2'));
  const refused = await eve.send('room:relay', { roomId, name: 'hand', data: 1 });
  expect(refused).toMatchObject({ ok: false, error: { code: 'not_in_room' } });
});

test('SPEC 11.3: what is relayed and signalled the instant after a join comes in order, behind the introduction, 300 times', async () => {
  using ada = await TestClient.connect(cluster.node('n1'));
  using bob = await TestClient.connect(cluster.node('n2'));
  for (let round = 0; round < 300; round++) {
    const roomId = `round-${round}`;
    await ada.must('room:join', { roomId });
    const before = ada.told.length;
    const last = new Promise((resolve) => {
      ada.socket.on('room:relayed', ({ data }: { data: unknown }) => data === 'c' && resolve(null));
    });
    await bob.send('room:join', { roomId }, () => {
      void bob.must('room:relay', { roomId, name: 'said', data: 'a' });
      void bob.must('signal', { roomId, to: ada.peerId, kind: 'custom', data: 'b' });
      void bob.must('room:relay', { roomId, name: 'said', data: 'c' });
    });
    await last;
    const [introduction, ...rest] = ada.told.slice(before);
    expect(['participant:joined', 'room:state']).toContain(introduction?.name);
    expect(rest.map(({ payload }) => payload['data'])).toEqual(['a', 'b', 'c']);
    ada.socket.off('room:relayed');
    await ada.must('room:leave', { roomId });
    await bob.must('room:leave', { roomId });
  }
});
