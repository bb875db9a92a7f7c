import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNodes } from './start-nodes.ts';
import { disposing, TestClient } from './test-client.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 3 });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

test('SPEC 3.1: of 200 who join a room for two at once, over three nodes, two are let in', async () => {
  const clients = await TestClient.connectAll(cluster.nodes, 200);
  using _ = disposing(clients);
  for (let round = 1; round <= 5; round++) {
    const payload = { roomId: `round-${round}`, capacity: 2 };
    const answers = await Promise.all(clients.map((client) => client.send('room:join', payload)));
    const admitted = answers.flatMap((answer) => (answer.ok ? [answer] : []));
    const refusals = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
    expect(admitted).toHaveLength(2);
    expect(refusals).toEqual(Array.from({ length: 198 }, () => 'room_full'));
    const full = admitted.find(({ room }) => room.rev === 2);
    const names = full?.room.participants.map(({ peerId }) => peerId);
    expect(names?.toSorted()).toEqual(admitted.map(({ peerId }) => peerId).toSorted());
    // Nobody else has heard of it.
    for (const client of clients) {
      const events = client.told.filter(({ payload: told }) => told['roomId'] === payload.roomId);
      expect(events.length).toBeLessThanOrEqual(
        admitted.some(({ peerId }) => peerId === client.peerId) ? 1 : 0,
      );
    }
  }
});

test('SPEC 3.1: who leaves a full room makes room for exactly one', async () => {
  const clients = await TestClient.connectAll(cluster.nodes, 30);
  using _ = disposing(clients);
  const payload = { roomId: 'full', capacity: 3 };
  const joinAll = async (those: readonly TestClient[]) => {
    const answers = await Promise.all(those.map((client) => client.send('room:join', payload)));
    return those.filter((_, index) => answers[index]?.ok);
  };
  let inside = await joinAll(clients);
  expect(inside).toHaveLength(3);
  for (let round = 0; round < 10; round++) {
    const [leaver, ...others] = inside;
    await leaver?.must('room:leave', { roomId: payload.roomId });
    const waiting = clients.filter((client) => !inside.includes(client));
    const [next, ...tooMany] = await joinAll(waiting);
    expect(tooMany).toEqual([]);
    inside = [...others, next as TestClient];
  }
});
