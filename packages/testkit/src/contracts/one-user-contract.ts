import type { RoomRef, RoomState } from '@switchboard/core';
import { describe, expect, test } from 'vitest';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';
import {
  joinRequest,
  leaveRequest,
  rebindRequest,
  registerRequest,
  roomNamed,
  updateRequest,
} from './requests.ts';

/** SPEC 3.9: what every RoomStore does when one user comes into a room twice. */
export function oneUserContract(createBackend: () => Promise<StateBackend>): void {
  /** Two nodes, and a room that nobody is in. */
  async function start() {
    const backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    const close = () => backend[Symbol.asyncDispose]();
    return { n1, n2, room: roomNamed('consultation'), [Symbol.asyncDispose]: close };
  }

  const peersIn = async (node: RecordingNode, room: RoomRef): Promise<string[]> => {
    const state = await node.state.rooms.read(room);
    return state?.members.map(({ participant }) => participant.peerId) ?? [];
  };

  const tab = (node: RecordingNode, peer: string, user = 'ada') => ({ node: node.id, peer, user });

  describe('a join', () => {
    test('SPEC 3.9: takes the place of the user’s other session; both changes are one step', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, tab(n1, 'tab1')));
      await n1.state.rooms.join(joinRequest(room, tab(n1, 'bob', 'bob')));
      const request = joinRequest(room, tab(n2, 'tab2'));
      const outcome = await n2.state.rooms.join(request);
      const member = {
        participant: { ...request.participant, connected: true, seat: 4 },
        node: n2.id,
        epoch: 1,
      };
      expect(outcome).toMatchObject({
        kind: 'joined',
        state: { rev: 4, members: [{ participant: { peerId: 'bob' } }, member] },
      });
      expect(member.participant.userId).toBe('ada');
      await n1.roomEvents.first(({ rev }) => rev === 4);
      expect(n1.roomEvents.seen.slice(2)).toMatchObject([
        { room, rev: 3, change: { type: 'left', peerId: 'tab1', reason: 'replaced' } },
        { room, rev: 4, change: { type: 'joined', member } },
      ]);
    });

    test('SPEC 3.9: tells a node that had no other member of the replaced one, and not of what follows', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, tab(n1, 'tab1')));
      await n2.state.rooms.join(joinRequest(room, tab(n2, 'tab2')));
      const left = await n1.roomEvents.first(({ rev }) => rev === 2);
      expect(left.change).toEqual({ type: 'left', peerId: 'tab1', reason: 'replaced' });
      await n1.state.rooms.join(joinRequest(room, tab(n1, 'bob', 'bob')));
      await n1.roomEvents.first(({ rev }) => rev === 4);
      expect(n1.roomEvents.seen.map(({ rev }) => rev)).toEqual([1, 2, 4]);
    });

    test('SPEC 3.9: fits into a full room, which stays as full as it was', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, tab(n1, 'tab1'), { capacity: 2 }));
      await n2.state.rooms.join(joinRequest(room, tab(n2, 'bob', 'bob')));
      const outcome = await n2.state.rooms.join(joinRequest(room, tab(n2, 'tab2')));
      expect(outcome).toMatchObject({ kind: 'joined' });
      expect(await peersIn(n1, room)).toEqual(['bob', 'tab2']);
      const third = joinRequest(room, tab(n1, 'cy', 'cy'));
      expect(await n1.state.rooms.join(third)).toMatchObject({ kind: 'full' });
      await n2.state.rooms.leave(leaveRequest(room, tab(n2, 'bob')));
      expect(await n1.state.rooms.join(third)).toMatchObject({ kind: 'joined' });
    });

    test('SPEC 3.9: in a room of one replaces within its incarnation', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const first = joinRequest(room, tab(n1, 'tab1'), { capacity: 1 });
      await n1.state.rooms.join(first);
      const outcome = await n2.state.rooms.join(joinRequest(room, tab(n2, 'tab2')));
      const { incarnation } = first.ifCreated;
      expect(outcome).toMatchObject({ state: { incarnation, rev: 3, capacity: 1 } });
      await n2.state.rooms.leave(leaveRequest(room, tab(n2, 'tab2')));
      expect(await n1.state.rooms.read(room)).toBeNull();
    });

    test('SPEC 3.9: of many tabs at once, from several nodes, leaves exactly one in', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const joins = Array.from({ length: 40 }, (_, index) => {
        const node = index % 2 === 0 ? n1 : n2;
        return node.state.rooms.join(joinRequest(room, tab(node, `tab${index}`), { capacity: 1 }));
      });
      const kinds = new Set((await Promise.all(joins)).map(({ kind }) => kind));
      expect(kinds).toEqual(new Set(['joined']));
      expect(await peersIn(n1, room)).toHaveLength(1);
      // The first joined, and each of the others left and joined.
      expect(await n1.state.rooms.read(room)).toMatchObject({ rev: 1 + 39 * 2 });
    });

    test('SPEC 3.11: of a client that comes back by itself replaces what is left of it, and nobody else', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, tab(n1, 'tab1')));
      const stranger = joinRequest(room, tab(n2, 'tab2'), { rejoin: 'before' });
      expect(await n2.state.rooms.join(stranger)).toEqual({ kind: 'occupied' });
      expect(await n1.state.rooms.read(room)).toMatchObject({ rev: 1 });
      const back = joinRequest(room, tab(n2, 'tab1-again'), { rejoin: 'tab1' });
      expect(await n2.state.rooms.join(back)).toMatchObject({ kind: 'joined' });
      expect(await peersIn(n1, room)).toEqual(['tab1-again']);
      await n2.state.rooms.leave(leaveRequest(room, tab(n2, 'tab1-again')));
      expect(await n2.state.rooms.join(stranger)).toMatchObject({ kind: 'joined' });
    });

    test('SPEC 3.9: repeated by the one who is in changes nothing', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      const request = joinRequest(room, tab(n1, 'tab1'));
      await n1.state.rooms.join(request);
      expect(await n1.state.rooms.join(request)).toMatchObject({
        kind: 'already',
        state: { rev: 1 },
      });
    });

    test('SPEC 3.9: of other users, of nobody, and into other rooms replaces nobody', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      // Names that would be one another, were they cut at a space or taken for nobody.
      const users = ['ada', 'ada lovelace', 'lovelace', '-', 'u-', '%', 'a%20b', 'a b', 'é😀'];
      for (const [index, user] of users.entries()) {
        await n1.state.rooms.join(joinRequest(room, tab(n1, `p${index}`, user), { capacity: 50 }));
      }
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'guest1' }));
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'guest2' }));
      await n2.state.rooms.join(joinRequest(roomNamed('other'), tab(n2, 'elsewhere')));
      expect(await peersIn(n1, room)).toHaveLength(users.length + 2);
      // Each is found again, and nobody else: a name that looks like a record is just a name.
      const name = '1 n1 1 0001 uada uada-';
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'odd' }, { name }));
      for (const [index, user] of users.entries()) {
        await n2.state.rooms.join(joinRequest(room, tab(n2, `again${index}`, user)));
        const peers = await peersIn(n2, room);
        expect(peers).not.toContain(`p${index}`);
        expect(peers).toHaveLength(users.length + 3);
      }
    });

    test('SPEC 3.9: of one whose participant is named oddly names it to the letter', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      for (const [index, peer] of ['"\\', 'é😀\u2028', '% %s %d', 'a/b'].entries()) {
        await n1.state.rooms.join(joinRequest(room, tab(n1, peer, `user${index}`)));
        await n2.state.rooms.join(joinRequest(room, tab(n2, `tab${index}`, `user${index}`)));
        const left = ({ change }: { change: { type: string; peerId?: string } }) =>
          change.type === 'left' && change.peerId === peer;
        await n1.roomEvents.first(left, `the end of ${peer}`);
      }
    });
  });

  describe('a room that allows duplicates', () => {
    test('SPEC 3.9: lets a user in twice, and is one by its first join alone', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, tab(n1, 'tab1'), { duplicates: 'allow' }));
      const outcome = await n2.state.rooms.join(joinRequest(room, tab(n2, 'tab2')));
      expect(outcome).toMatchObject({ kind: 'joined', state: { duplicates: 'allow', rev: 2 } });
      expect(await peersIn(n1, room)).toEqual(['tab1', 'tab2']);
      const back = joinRequest(room, tab(n2, 'tab3'), { rejoin: 'before' });
      expect(await n2.state.rooms.join(back)).toMatchObject({ kind: 'joined' });
    });

    test('SPEC 3.9: is full like any other', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const options = { duplicates: 'allow', capacity: 1 } as const;
      await n1.state.rooms.join(joinRequest(room, tab(n1, 'tab1'), options));
      const outcome = await n2.state.rooms.join(joinRequest(room, tab(n2, 'tab2')));
      expect(outcome).toMatchObject({ kind: 'full' });
    });
  });

  describe('the one who was replaced', () => {
    /** The room after tab2, on the second node, has taken the place of tab1, on the first. */
    async function afterReplacement() {
      const cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, tab(n1, 'tab1')));
      const before = (await n1.state.rooms.read(room)) as RoomState;
      await n2.state.rooms.join(joinRequest(room, tab(n2, 'tab2')));
      return { ...cluster, before };
    }

    test('SPEC 3.10: can change nothing any more', async () => {
      await using cluster = await afterReplacement();
      const { n1, room } = cluster;
      const { rooms } = n1.state;
      const who = tab(n1, 'tab1');
      expect(await rooms.update(updateRequest(room, who, { camera: true }))).toEqual({
        kind: 'not-member',
      });
      expect(await rooms.leave(leaveRequest(room, who))).toEqual({ kind: 'not-member' });
      await rooms.detach(rebindRequest(room, who));
      expect(await rooms.read(room)).toMatchObject({ rev: 3 });
    });

    test('SPEC 3.10: learns it when its session is bound anew, as long as the other one is there', async () => {
      await using cluster = await afterReplacement();
      const { n1, n2, room } = cluster;
      const rebind = rebindRequest(room, { ...tab(n1, 'tab1'), epoch: 2 });
      expect(await n1.state.rooms.rebind(rebind)).toEqual({ kind: 'replaced' });
      expect(await n1.state.rooms.rebind({ ...rebind, soleUser: null })).toEqual({
        kind: 'not-member',
      });
      await n2.state.rooms.leave(leaveRequest(room, tab(n2, 'tab2')));
      expect(await n1.state.rooms.rebind(rebind)).toEqual({ kind: 'not-member' });
    });

    test('SPEC 3.10: is not registered again by a node that has not heard of it', async () => {
      await using cluster = await afterReplacement();
      const { n1, room, before } = cluster;
      const outcome = await n1.state.rooms.register(registerRequest(room, before, 'tab1'));
      expect(outcome).toEqual({ kind: 'replaced' });
      expect(await peersIn(n1, room)).toEqual(['tab2']);
    });

    test('SPEC 3.10: gives way, should it be registered first after a loss', async () => {
      await using cluster = await afterReplacement();
      const { n1, n2, room, before } = cluster;
      const after = (await n2.state.rooms.read(room)) as RoomState;
      await n2.state.rooms.leave(leaveRequest(room, tab(n2, 'tab2')));
      const first = await n1.state.rooms.register(registerRequest(room, before, 'tab1'));
      expect(first).toMatchObject({ kind: 'registered', state: { duplicates: 'replace' } });
      const second = await n2.state.rooms.register(registerRequest(room, after, 'tab2'));
      expect(second).toMatchObject({ kind: 'registered' });
      expect(await peersIn(n1, room)).toEqual(['tab2']);
      const left = await n1.roomEvents.first(
        ({ incarnation, change }) => incarnation !== before.incarnation && change.type === 'left',
      );
      expect(left.change).toEqual({ type: 'left', peerId: 'tab1', reason: 'replaced' });
    });
  });
}
