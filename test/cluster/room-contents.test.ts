import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodes } from './start-nodes.ts';
import { TestClient } from './test-client.ts';

describe.each(['single', 'cluster'] as const)('over Redis, %s', (redis) => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startNodes({ nodes: 2, redis });
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  /** The first event of that name. */
  const hear = (client: TestClient, name: string): Promise<Record<string, unknown>> =>
    new Promise((resolve) => client.socket.once(name, resolve));

  /** Ada at n1 and bob at n2, both in a room. */
  async function meet(roomId: string) {
    const ada = await TestClient.connect(cluster.node('n1'));
    const bob = await TestClient.connect(cluster.node('n2'));
    const told = hear(ada, 'participant:joined');
    await ada.must('room:join', { roomId, name: 'Ada' });
    await bob.must('room:join', { roomId, name: 'Bob' });
    await told;
    const dispose = () => {
      for (const client of [ada, bob]) client[Symbol.dispose]();
    };
    return { ada, bob, [Symbol.dispose]: dispose };
  }

  test('SPEC 11.4 to 11.6: a message reaches the other node, once, and is there for who comes later', async () => {
    const roomId = 'ward';
    using clients = await meet(roomId);
    const { ada, bob } = clients;
    const heard = hear(bob, 'chat:message');
    const sent = await ada.must('chat:send', { roomId, messageId: 'm1', text: 'Guten Tag' });
    expect(sent).toMatchObject({ rev: 3, message: { from: ada.peerId, name: 'Ada' } });
    const { incarnation, rev, message } = sent;
    expect(await heard).toEqual({ roomId, incarnation, rev, message });
    const again = await ada.must('chat:send', { roomId, messageId: 'm1', text: 'Guten Tag' });
    expect(again).toEqual(sent);
    const answered = hear(ada, 'chat:message');
    await bob.must('chat:send', { roomId, messageId: 'm2', text: 'Ja bitte' });
    expect(await answered).toMatchObject({ rev: 4, message: { id: 'm2', name: 'Bob' } });
    using cy = await TestClient.connect(cluster.node('n2'));
    const { room } = await cy.must('room:join', { roomId });
    expect(room.messages).toBe(2);
    const { messages } = await cy.must('chat:history', { roomId });
    expect(messages.map(({ id, text }) => [id, text])).toEqual([
      ['m1', 'Guten Tag'],
      ['m2', 'Ja bitte'],
    ]);
    expect(bob.told.filter(({ name }) => name === 'chat:message')).toHaveLength(1);
    using eve = await TestClient.connect(cluster.node('n1'));
    const refused = await eve.send('chat:history', { roomId });
    expect(refused).toMatchObject({ ok: false, error: { code: 'not_in_room' } });
  });

  test('SPEC 12.1 to 12.3: an annotation reaches the other node, and whoever comes later', async () => {
    const roomId = 'board';
    using clients = await meet(roomId);
    const { ada, bob } = clients;
    const changed = hear(bob, 'annotation:changed');
    const data = { x: 1, text: 'hier' };
    const put = await ada.must('annotation:put', { roomId, id: 'a1', data });
    const { incarnation, rev, annotation } = put;
    expect(await changed).toEqual({ roomId, incarnation, rev, annotation });
    expect(annotation).toMatchObject({ id: 'a1', by: ada.peerId, data });
    await ada.must('annotation:put', { roomId, id: 'a2', data: null });
    using cy = await TestClient.connect(cluster.node('n2'));
    const { room } = await cy.must('room:join', { roomId });
    expect(room.annotations).toBe(2);
    const { annotations } = await cy.must('annotation:list', { roomId });
    expect(annotations.map(({ id }) => id)).toEqual(['a1', 'a2']);
    const removed = hear(ada, 'annotation:removed');
    const removal = await bob.must('annotation:remove', { roomId, id: 'a1' });
    expect(await removed).toEqual({ roomId, incarnation, rev: removal.rev, id: 'a1' });
    expect(await bob.must('annotation:remove', { roomId, id: 'a1' })).toEqual({ ok: true });
  });

  test('SPEC 3.2, 3.3: who changes a room is answered where that has led it', async () => {
    const roomId = 'positions';
    using clients = await meet(roomId);
    const { ada, bob } = clients;
    const updated = hear(bob, 'participant:updated');
    const update = await ada.must('media:update', { roomId, media: { camera: true } });
    expect(await updated).toMatchObject({ incarnation: update.incarnation, rev: update.rev });
    const left = hear(bob, 'participant:left');
    const leave = await ada.must('room:leave', { roomId });
    expect(await left).toMatchObject({ incarnation: leave.incarnation, rev: leave.rev });
    expect(await ada.must('room:leave', { roomId })).toEqual({ ok: true });
  });
});
