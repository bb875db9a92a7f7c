import type { PutAnnotationRequest } from '@switchboard/core';
import { AnnotationId, type JsonValue, limits, PeerId, UserId } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';
import { joinRequest, leaveRequest, roomNamed } from './requests.ts';

const room = roomNamed('consultation');

const bindingOf = (node: RecordingNode, peer: string) => ({
  peerId: PeerId.parse(peer),
  node: node.id,
  epoch: 1,
});

const marked = (
  node: RecordingNode,
  peer: string,
  { id, data = { x: 1 }, user }: { id: string; data?: JsonValue; user?: string },
): PutAnnotationRequest => ({
  room,
  binding: bindingOf(node, peer),
  annotation: {
    id: AnnotationId.parse(id),
    by: PeerId.parse(peer),
    ...(user !== undefined && { userId: UserId.parse(user) }),
    data,
  },
});

const removal = (node: RecordingNode, peer: string, id: string) => ({
  room,
  binding: bindingOf(node, peer),
  id: AnnotationId.parse(id),
});

/** What every implementation of the RoomAnnotations port must do; see the port for the words. */
export function annotationsContract(createBackend: () => Promise<StateBackend>): void {
  /** Ada at n1 and bob at n2, both in the room, which is at revision 2. */
  async function start() {
    const backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
    await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'bob' }));
    const list = async () => n1.state.annotations.list({ room, binding: bindingOf(n1, 'ada') });
    const close = () => backend[Symbol.asyncDispose]();
    return { n1, n2, list, [Symbol.asyncDispose]: close };
  }

  test('an annotation is a change of the room, and kept in it', async () => {
    await using cluster = await start();
    const { n1, n2, list } = cluster;
    const data = { text: 'here: \ud800 ü', at: [], empty: {}, deep: [[1.5, null, true]] };
    const outcome = await n1.state.annotations.put(
      marked(n1, 'ada', { id: 'a 1', data, user: 'u' }),
    );
    const annotation = { id: 'a 1', by: 'ada', userId: 'u', data, at: expect.any(Number) };
    const state = await n1.state.rooms.read(room);
    const incarnation = state?.incarnation;
    expect(outcome).toEqual({ kind: 'put', annotation, incarnation, rev: 3 });
    expect(state).toMatchObject({ rev: 3, annotations: 1 });
    for (const node of [n1, n2]) {
      expect(await node.roomEvents.first(({ rev }) => rev === 3)).toEqual({
        ...{ room, incarnation, rev: 3 },
        change: { type: 'annotation-put', annotation, annotations: 1 },
      });
    }
    expect(await list()).toEqual([annotation]);
  });

  test('one of the same id takes its place, whoever puts it', async () => {
    await using cluster = await start();
    const { n1, n2, list } = cluster;
    await n1.state.annotations.put(marked(n1, 'ada', { id: 'a1' }));
    const again = await n2.state.annotations.put(marked(n2, 'bob', { id: 'a1', data: 2 }));
    expect(again).toMatchObject({ kind: 'put', rev: 4 });
    expect(await list()).toMatchObject([{ id: 'a1', by: 'bob', data: 2 }]);
    const { change } = await n1.roomEvents.first(({ rev }) => rev === 4);
    expect(change).toMatchObject({ annotations: 1 });
  });

  test('one that is removed is gone, and nobody is told of one that was not there', async () => {
    await using cluster = await start();
    const { n1, n2, list } = cluster;
    await n1.state.annotations.put(marked(n1, 'ada', { id: 'a1' }));
    const removed = await n2.state.annotations.remove(removal(n2, 'bob', 'a1'));
    expect(removed).toMatchObject({ kind: 'removed', rev: 4 });
    expect((await n1.roomEvents.first(({ rev }) => rev === 4)).change).toEqual({
      ...{ type: 'annotation-removed', peerId: 'bob', id: 'a1', annotations: 0 },
    });
    expect(await n2.state.annotations.remove(removal(n2, 'bob', 'a1'))).toEqual({ kind: 'absent' });
    expect(await list()).toEqual([]);
    expect(await n1.state.rooms.read(room)).toMatchObject({ rev: 4, annotations: 0 });
  });

  test('there are so many and no more; what is there can still be changed', async () => {
    await using cluster = await start();
    const { n1, n2, list } = cluster;
    const ids = Array.from({ length: limits.annotations }, (_, index) => `a${index}`);
    await Promise.all(ids.map((id) => n1.state.annotations.put(marked(n1, 'ada', { id }))));
    const tooMany = marked(n2, 'bob', { id: 'one too many' });
    expect(await n2.state.annotations.put(tooMany)).toEqual({ kind: 'full' });
    expect(await n2.state.annotations.put(marked(n2, 'bob', { id: 'a7' }))).toMatchObject({
      kind: 'put',
    });
    expect(await list()).toHaveLength(limits.annotations);
    await n2.state.annotations.remove(removal(n2, 'bob', 'a7'));
    expect(await n2.state.annotations.put(tooMany)).toMatchObject({ kind: 'put' });
  });

  test('of who is not in the room nothing is taken, and nothing is shown to them', async () => {
    await using cluster = await start();
    const { n1, list } = cluster;
    await n1.state.annotations.put(marked(n1, 'ada', { id: 'a1' }));
    const notMember = { kind: 'not-member' };
    expect(await n1.state.annotations.put(marked(n1, 'eve', { id: 'a2' }))).toEqual(notMember);
    expect(await n1.state.annotations.remove(removal(n1, 'eve', 'a1'))).toEqual(notMember);
    const binding = bindingOf(n1, 'eve');
    expect(await n1.state.annotations.list({ room, binding })).toBeNull();
    expect(await list()).toHaveLength(1);
  });

  test('they go with the room', async () => {
    await using cluster = await start();
    const { n1, n2, list } = cluster;
    await n1.state.annotations.put(marked(n1, 'ada', { id: 'a1' }));
    await n1.state.rooms.leave(leaveRequest(room, { node: n1.id, peer: 'ada' }));
    await n2.state.rooms.leave(leaveRequest(room, { node: n2.id, peer: 'bob' }));
    await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
    expect(await list()).toEqual([]);
    expect(await n1.state.rooms.read(room)).toMatchObject({ annotations: 0 });
  });
}
