import type { ReadMessagesRequest, SendMessageRequest } from '@switchboard/core';
import { limits, MessageId, PeerId, UserId } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';
import { joinRequest, leaveRequest, roomNamed } from './requests.ts';

const room = roomNamed('consultation');

interface Author {
  readonly at: RecordingNode;
  readonly peer: string;
  readonly user?: string;
  readonly epoch?: number;
}

const bindingOf = ({ at, peer, epoch = 1 }: Author) => ({
  peerId: PeerId.parse(peer),
  node: at.id,
  epoch,
});

const said = (author: Author, id: string, text = `text of ${id}`): SendMessageRequest => ({
  room,
  binding: bindingOf(author),
  message: {
    id: MessageId.parse(id),
    from: PeerId.parse(author.peer),
    ...(author.user !== undefined && { userId: UserId.parse(author.user) }),
    text,
  },
});

const asked = (
  author: Author,
  { before, limit = limits.chatMessages }: { before?: string; limit?: number } = {},
): ReadMessagesRequest => ({
  room,
  binding: bindingOf(author),
  before: before === undefined ? null : MessageId.parse(before),
  limit,
});

/** What every implementation of the RoomChat port must do; see the port for the words. */
export function chatContract(createBackend: () => Promise<StateBackend>): void {
  /** Ada at n1 and bob at n2, both in the room, which is at revision 2. */
  async function start() {
    const backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    const ada: Author = { at: n1, peer: 'ada' };
    const bob: Author = { at: n2, peer: 'bob' };
    await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
    await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'bob' }));
    const history = async (options?: Parameters<typeof asked>[1]) =>
      (await n1.state.chat.read(asked(ada, options)))?.map(({ id }) => id);
    const close = () => backend[Symbol.asyncDispose]();
    return { n1, n2, ada, bob, history, [Symbol.asyncDispose]: close };
  }

  describe('a message', () => {
    test('is a change of the room, told to every node with a member', async () => {
      await using cluster = await start();
      const { n1, n2, ada } = cluster;
      const before = Date.now();
      const text = 'Grüße\n"quoted" \\ / \u0000 \ud800 🩺';
      const outcome = await n1.state.chat.send(said({ ...ada, user: 'dr ada' }, 'm 1', text));
      const message = {
        ...{ id: 'm 1', from: 'ada', userId: 'dr ada', text },
        at: expect.any(Number),
      };
      const state = await n1.state.rooms.read(room);
      const { incarnation } = state ?? {};
      expect(outcome).toEqual({ kind: 'sent', message, incarnation, rev: 3 });
      expect(state).toMatchObject({ rev: 3, messages: 1 });
      for (const node of [n1, n2]) {
        const event = await node.roomEvents.first(({ rev }) => rev === 3);
        expect(event).toEqual({
          ...{ room, incarnation, rev: 3 },
          change: { type: 'message-sent', message },
        });
      }
      const [kept] = (await n2.state.chat.read(asked(cluster.bob))) ?? [];
      expect(kept).toEqual(message);
      expect(kept?.at).toBeGreaterThan(before - 60_000);
      expect(kept?.at).toBeLessThan(before + 60_000);
    });

    test('that is sent again is the one of before, and is told to nobody', async () => {
      await using cluster = await start();
      const { n1, n2, ada, bob } = cluster;
      const first = await n1.state.chat.send(said(ada, 'm1', 'as it was'));
      await n2.state.chat.send(said(bob, 'm2'));
      const again = await n1.state.chat.send(said(ada, 'm1', 'another text'));
      expect(again).toEqual(first);
      expect(await n1.state.rooms.read(room)).toMatchObject({ rev: 4, messages: 2 });
    });

    test('of a user is known for the same one from another of their sessions', async () => {
      await using cluster = await start();
      const { n1, n2 } = cluster;
      const first = await n1.state.chat.send(said({ at: n1, peer: 'ada', user: 'u' }, 'm1'));
      const again = await n2.state.chat.send(said({ at: n2, peer: 'bob', user: 'u' }, 'm1'));
      expect(again).toEqual(first);
    });

    test('under the id of somebody else’s is refused, and changes nothing', async () => {
      await using cluster = await start();
      const { n1, n2, ada, bob, history } = cluster;
      await n1.state.chat.send(said(ada, 'm1'));
      expect(await n2.state.chat.send(said(bob, 'm1', 'mine'))).toEqual({ kind: 'taken' });
      expect(await history()).toEqual(['m1']);
      expect(await n1.state.rooms.position(room)).toMatchObject({ rev: 3 });
    });

    test('of somebody who is not in the room, or not any more, is refused', async () => {
      await using cluster = await start();
      const { n1, n2, ada, bob } = cluster;
      const notMember = { kind: 'not-member' };
      expect(await n1.state.chat.send(said({ at: n1, peer: 'eve' }, 'm1'))).toEqual(notMember);
      await n2.state.rooms.leave(leaveRequest(room, { node: n2.id, peer: 'bob' }));
      expect(await n2.state.chat.send(said(bob, 'm1'))).toEqual(notMember);
      await n2.state.rooms.rebind({
        room,
        binding: { ...bindingOf(ada), node: n2.id, epoch: 2 },
        soleUser: null,
      });
      expect(await n1.state.chat.send(said(ada, 'm1'))).toEqual(notMember);
    });

    test('of many at once has a number of its own, and all nodes hear of all', async () => {
      await using cluster = await start();
      const { n1, n2, ada, bob, history } = cluster;
      const ids = Array.from({ length: 40 }, (_, index) => `m${index}`);
      const outcomes = await Promise.all(
        ids.map((id, index) => {
          const author = index % 2 === 0 ? ada : bob;
          return author.at.state.chat.send(said(author, id));
        }),
      );
      const revs = outcomes.map((outcome) => (outcome.kind === 'sent' ? outcome.rev : 0));
      expect(revs.toSorted((a, b) => a - b)).toEqual(ids.map((_, index) => index + 3));
      expect((await history())?.toSorted()).toEqual(ids.toSorted());
      for (const node of [n1, n2]) {
        await node.roomEvents.first(({ rev }) => rev === 42);
        await Promise.all(revs.map((rev) => node.roomEvents.first((event) => event.rev === rev)));
      }
    });
  });

  describe('the history', () => {
    test('keeps the last hundred, and counts them all', async () => {
      await using cluster = await start();
      const { n1, ada, history } = cluster;
      const ids = Array.from({ length: limits.chatMessages + 5 }, (_, index) => `m${index}`);
      for (const id of ids) await n1.state.chat.send(said(ada, id));
      expect(await history()).toEqual(ids.slice(5));
      expect(await n1.state.rooms.read(room)).toMatchObject({ messages: ids.length });
      expect(await history({ limit: 2 })).toEqual(ids.slice(-2));
      expect(await history({ before: 'm50', limit: 3 })).toEqual(['m47', 'm48', 'm49']);
      expect(await history({ before: 'm7' })).toEqual(['m5', 'm6']);
      expect(await history({ before: 'm5' })).toEqual([]);
      // It is not kept any more, and so it is another one.
      expect(await history({ before: 'm0' })).toEqual([]);
      expect(await n1.state.chat.send(said(ada, 'm0'))).toMatchObject({ kind: 'sent', rev: 108 });
    });

    test('is nobody’s who is not in the room', async () => {
      await using cluster = await start();
      const { n1, ada } = cluster;
      await n1.state.chat.send(said(ada, 'm1'));
      expect(await n1.state.chat.read(asked({ at: n1, peer: 'eve' }))).toBeNull();
    });

    test('goes with the room', async () => {
      await using cluster = await start();
      const { n1, n2, ada, history } = cluster;
      await n1.state.chat.send(said(ada, 'm1'));
      await n2.state.rooms.leave(leaveRequest(room, { node: n2.id, peer: 'bob' }));
      expect(await history()).toEqual(['m1']);
      await n1.state.rooms.leave(leaveRequest(room, { node: n1.id, peer: 'ada' }));
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
      expect(await history()).toEqual([]);
      expect(await n1.state.rooms.read(room)).toMatchObject({ rev: 1, messages: 0 });
      expect(await n1.state.chat.send(said(ada, 'm1'))).toMatchObject({ rev: 2 });
    });
  });
}
