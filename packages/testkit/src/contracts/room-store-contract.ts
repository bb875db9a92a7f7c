import type { RoomState } from '@switchboard/core';
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

const peersOf = (state: RoomState | null) =>
  state?.members.map(({ participant }) => participant.peerId) ?? [];

/** What every implementation of the RoomStore port must do; see the port for the words. */
export function roomStoreContract(createBackend: () => Promise<StateBackend>): void {
  /** Two nodes and a room that nobody is in. */
  async function start(count = 2) {
    const backend = await createBackend();
    const nodes = await openNodes(backend, count);
    const [n1, n2] = nodes as [RecordingNode, RecordingNode];
    const close = () => backend[Symbol.asyncDispose]();
    return { nodes, n1, n2, room: roomNamed('consultation'), [Symbol.asyncDispose]: close };
  }

  describe('join', () => {
    test('brings a room into being, and gives its first participant the first seat', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      const request = joinRequest(room, { node: n1.id, peer: 'ada' }, { capacity: 4, name: 'Ada' });
      const outcome = await n1.state.rooms.join(request);
      const member = {
        participant: { ...request.participant, connected: true, seat: 1 },
        node: n1.id,
        epoch: 1,
      };
      const { incarnation } = request.ifCreated;
      const state = {
        incarnation,
        rev: 1,
        capacity: 4,
        duplicates: 'replace',
        progress: { status: 'in-progress', startedAt: expect.any(Number) },
        createdAt: expect.any(Number),
        updatedAt: expect.any(Number),
        preparation: null,
        members: [member],
        messages: 0,
        annotations: 0,
      };
      expect(outcome).toEqual({ kind: 'joined', state });
      expect(await n1.state.rooms.read(room)).toEqual(state);
    });

    test('shows who came before, in the order of seats, and keeps incarnation and capacity', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const first = joinRequest(room, { node: n1.id, peer: 'ada' }, { capacity: 3 });
      await n1.state.rooms.join(first);
      const request = joinRequest(room, { node: n2.id, peer: 'bob' }, { capacity: 9 });
      const outcome = await n2.state.rooms.join(request);
      expect(outcome).toMatchObject({
        kind: 'joined',
        state: {
          incarnation: first.ifCreated.incarnation,
          rev: 2,
          capacity: 3,
          members: [
            { participant: { peerId: 'ada', seat: 1 }, node: 'n1' },
            { participant: { peerId: 'bob', seat: 2 }, node: 'n2' },
          ],
        },
      });
    });

    test('of somebody who is in already changes nothing and tells nobody', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
      const again = await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
      expect(again).toMatchObject({ kind: 'already', state: { rev: 1 } });
      // A later event proves that none came in between.
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'bob' }));
      await n1.roomEvents.first(({ rev }) => rev === 2);
      expect(n1.roomEvents.seen.map(({ rev }) => rev)).toEqual([1, 2]);
    });

    test('SPEC 7.7: that may not make the room finds none, and leaves no trace', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const guest = joinRequest(room, { node: n2.id, peer: 'bob' }, { mayCreate: false });
      expect(await n2.state.rooms.join(guest)).toEqual({ kind: 'absent' });
      expect(await n2.state.rooms.read(room)).toBeNull();
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
      expect(await n2.state.rooms.join(guest)).toMatchObject({ kind: 'joined', state: { rev: 2 } });
    });

    test('SPEC 7.7: of many that may not make the room and one that may, at once, only that one does', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const guests = Array.from({ length: 30 }, (_, index) => {
        const who = { node: n2.id, peer: `p${index}` };
        return n2.state.rooms.join(joinRequest(room, who, { mayCreate: false, capacity: 2 }));
      });
      const host = joinRequest(room, { node: n1.id, peer: 'ada' }, { capacity: 9 });
      const outcomes = await Promise.all([n1.state.rooms.join(host), ...guests]);
      const entered = outcomes.filter(({ kind }) => kind === 'joined').length;
      const state = await n1.state.rooms.read(room);
      expect(state).toMatchObject({ incarnation: host.ifCreated.incarnation, capacity: 9 });
      expect(state?.members).toHaveLength(entered);
    });

    test('of a full room is refused and leaves no trace', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }, { capacity: 1 }));
      const outcome = await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'bob' }));
      expect(outcome).toEqual({ kind: 'full', capacity: 1 });
      expect(await n2.state.rooms.read(room)).toMatchObject({ rev: 1 });
    });

    test('of more than fit, at once and from several nodes, admits exactly the capacity', async () => {
      await using cluster = await start(3);
      const { nodes, room } = cluster;
      const joins = Array.from({ length: 60 }, (_, index) => {
        const node = nodes[index % nodes.length] as RecordingNode;
        const who = { node: node.id, peer: `p${index}` };
        return node.state.rooms.join(joinRequest(room, who, { capacity: 7 }));
      });
      const kinds = (await Promise.all(joins)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'joined')).toHaveLength(7);
      expect(kinds.filter((kind) => kind === 'full')).toHaveLength(53);
      expect(peersOf(await (nodes[0] as RecordingNode).state.rooms.read(room))).toHaveLength(7);
    });

    test('under a higher epoch takes the place over, even in a full room', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }, { capacity: 1 }));
      const request = joinRequest(room, { node: n2.id, peer: 'ada', epoch: 2 });
      expect(await n2.state.rooms.join(request)).toMatchObject({ kind: 'already' });
      const state = await n1.state.rooms.read(room);
      expect(state?.members).toMatchObject([{ node: 'n2', epoch: 2 }]);
      // The old place counts for nothing any more: its node hears no further events.
      await n2.state.rooms.leave(leaveRequest(room, { node: n2.id, peer: 'ada', epoch: 2 }));
      expect(await n1.state.rooms.read(room)).toBeNull();
    });

    test('under a lower epoch is fenced off', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'ada', epoch: 2 }));
      const request = joinRequest(room, { node: n1.id, peer: 'ada', epoch: 1 });
      expect(await n1.state.rooms.join(request)).toEqual({ kind: 'fenced' });
    });
  });

  describe('leave', () => {
    test('takes out one, and the room stays for the others', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'bob' }));
      const outcome = await n1.state.rooms.leave(leaveRequest(room, { node: n1.id, peer: 'ada' }));
      const state = await n2.state.rooms.read(room);
      const incarnation = state?.incarnation;
      expect(outcome).toEqual({ kind: 'left', incarnation, rev: 3 });
      expect(state).toMatchObject({ rev: 3 });
      expect(peersOf(state)).toEqual(['bob']);
    });

    test('of the last ends the room; the next join makes a new incarnation from rev 1', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      const who = { node: n1.id, peer: 'ada' };
      const first = joinRequest(room, who);
      await n1.state.rooms.join(first);
      await n1.state.rooms.leave(leaveRequest(room, who));
      expect(await n1.state.rooms.read(room)).toBeNull();
      const second = joinRequest(room, who);
      expect(await n1.state.rooms.join(second)).toMatchObject({
        kind: 'joined',
        state: { rev: 1, incarnation: second.ifCreated.incarnation },
      });
    });

    test('of somebody who is not in, or is in under a higher epoch, changes nothing', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const stranger = leaveRequest(room, { node: n1.id, peer: 'eve' });
      expect(await n1.state.rooms.leave(stranger)).toEqual({ kind: 'not-member' });
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'ada', epoch: 2 }));
      const outdated = leaveRequest(room, { node: n1.id, peer: 'ada', epoch: 1 });
      expect(await n1.state.rooms.leave(outdated)).toEqual({ kind: 'not-member' });
      expect(await n1.state.rooms.read(room)).toMatchObject({ rev: 1 });
    });
  });

  describe('update', () => {
    test('changes what is named and nothing else', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      const who = { node: n1.id, peer: 'ada' };
      await n1.state.rooms.join(joinRequest(room, who));
      await n1.state.rooms.update(updateRequest(room, who, { camera: true, microphone: true }));
      const outcome = await n1.state.rooms.update(updateRequest(room, who, { microphone: false }));
      const media = { camera: true, microphone: false, screen: false };
      const state = await n1.state.rooms.read(room);
      const incarnation = state?.incarnation;
      expect(outcome).toEqual({ kind: 'updated', media, incarnation, rev: 3 });
      expect(state).toMatchObject({ rev: 3, members: [{ participant: { media } }] });
    });

    test('is published with what it names, even when nothing is different', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      const who = { node: n1.id, peer: 'ada' };
      await n1.state.rooms.join(joinRequest(room, who));
      await n1.state.rooms.update(updateRequest(room, who, { camera: false }));
      const event = await n1.roomEvents.first(({ change }) => change.type === 'updated');
      expect(event).toMatchObject({
        rev: 2,
        change: {
          peerId: 'ada',
          media: { camera: false, microphone: false, screen: false },
          named: ['camera'],
        },
      });
    });

    test('takes a new introduction, and names the instance of a page loaded anew', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      const who = { node: n1.id, peer: 'ada' };
      const request = joinRequest(room, who, { name: 'Ada' });
      const participant = { ...request.participant, firstOffer: 'joiner' as const };
      await n1.state.rooms.join({ ...request, participant });
      const introduction = { ...participant, name: 'Ada L.', instance: 'second' };
      const { media: _, ...said } = introduction;
      const update = updateRequest(room, who, { camera: true });
      await n1.state.rooms.update({ ...update, introduction: said });
      const media = { camera: true, microphone: false, screen: false };
      const state = await n1.state.rooms.read(room);
      expect(state?.members[0]?.participant).toEqual({ ...said, media, connected: true, seat: 1 });
      const event = await n1.roomEvents.first(({ rev }) => rev === 2);
      expect(event.change).toEqual({
        type: 'updated',
        peerId: 'ada',
        media,
        named: ['camera'],
        instance: 'second',
      });
    });

    test('of somebody who is not in changes nothing', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      const request = updateRequest(room, { node: n1.id, peer: 'eve' }, { camera: true });
      expect(await n1.state.rooms.update(request)).toEqual({ kind: 'not-member' });
    });
  });

  describe('detach and rebind', () => {
    test('keep the place; others are told once of the loss and once of the return', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const ada = { node: n1.id, peer: 'ada' };
      const first = joinRequest(room, ada);
      await n1.state.rooms.join(first);
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'bob' }));
      await n1.state.rooms.detach(rebindRequest(room, ada));
      await n1.state.rooms.detach(rebindRequest(room, ada));
      expect(await n2.state.rooms.read(room)).toMatchObject({
        rev: 3,
        members: [{ participant: { peerId: 'ada', connected: false } }, {}],
      });
      const back = { node: n2.id, peer: 'ada', epoch: 2 };
      const outcome = await n2.state.rooms.rebind(rebindRequest(room, back));
      expect(outcome).toMatchObject({
        kind: 'rebound',
        state: {
          rev: 4,
          members: [
            { participant: { peerId: 'ada', connected: true, seat: 1 }, node: 'n2', epoch: 2 },
            { participant: { peerId: 'bob' } },
          ],
        },
      });
      const again = await n2.state.rooms.rebind(rebindRequest(room, back));
      expect(again).toMatchObject({ kind: 'rebound', state: { rev: 4 } });
      const changes = ['detached', 'rebound'];
      await n2.roomEvents.first(({ rev }) => rev === 4);
      expect(n2.roomEvents.seen.map(({ change }) => change.type).slice(-2)).toEqual(changes);
      // The node that it has been taken from hears of it too, and of nothing after that.
      expect(await n1.roomEvents.first(({ rev }) => rev === 4)).toMatchObject({
        change: { type: 'rebound', peerId: 'ada', node: 'n2', epoch: 2 },
      });
    });

    test('a stale binding neither detaches nor rebinds', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'ada', epoch: 2 }));
      const stale = rebindRequest(room, { node: n1.id, peer: 'ada', epoch: 1 });
      await n1.state.rooms.detach(stale);
      expect(await n1.state.rooms.rebind(stale)).toEqual({ kind: 'not-member' });
      expect(await n1.state.rooms.read(room)).toMatchObject({ rev: 1 });
    });

    test('of somebody who is not in bring nobody in', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      const request = rebindRequest(room, { node: n1.id, peer: 'eve' });
      expect(await n1.state.rooms.rebind(request)).toEqual({ kind: 'not-member' });
      expect(await n1.state.rooms.read(room)).toBeNull();
    });
  });

  describe('register', () => {
    test('of a member who is in changes nothing and tells nobody', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
      const before = (await n1.state.rooms.read(room)) as RoomState;
      const outcome = await n1.state.rooms.register(registerRequest(room, before, 'ada'));
      expect(outcome).toEqual({ kind: 'registered', state: before });
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'bob' }));
      await n1.roomEvents.first(({ rev }) => rev === 2);
      expect(n1.roomEvents.seen).toHaveLength(2);
    });

    test('brings back a room that was lost, with seats, even past its capacity', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const names = ['ada', 'bob', 'cy'];
      for (const peer of names) {
        await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer }, { capacity: 3 }));
      }
      const before = (await n1.state.rooms.read(room)) as RoomState;
      for (const peer of names) {
        await n1.state.rooms.leave(leaveRequest(room, { node: n1.id, peer }));
      }
      // A stranger has made the room anew, for one, before those who were in come back.
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'eve' }, { capacity: 1 }));
      for (const peer of names.toReversed()) {
        const outcome = await n1.state.rooms.register(registerRequest(room, before, peer));
        expect(outcome.kind).toBe('registered');
      }
      const after = (await n2.state.rooms.read(room)) as RoomState;
      const seats = Object.fromEntries(
        after.members.map(({ participant }) => [participant.peerId, participant.seat]),
      );
      expect(seats).toMatchObject({ ada: 1, bob: 2, cy: 3 });
      expect(after.rev).toBeGreaterThanOrEqual(Math.max(...Object.values(seats)));
    });

    test('of a member who is in under a higher epoch is fenced', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
      const before = (await n1.state.rooms.read(room)) as RoomState;
      const back = rebindRequest(room, { node: n2.id, peer: 'ada', epoch: 2 });
      await n2.state.rooms.rebind(back);
      const outcome = await n1.state.rooms.register(registerRequest(room, before, 'ada'));
      expect(outcome).toEqual({ kind: 'fenced' });
    });
  });

  describe('events', () => {
    test('carry the whole change and go to the nodes that have a member, and to no other', async () => {
      await using cluster = await start(3);
      const [n1, n2, n3] = cluster.nodes as [RecordingNode, RecordingNode, RecordingNode];
      const { room } = cluster;
      const ada = joinRequest(room, { node: n1.id, peer: 'ada' });
      const bob = joinRequest(room, { node: n2.id, peer: 'bob' }, { name: 'Bob' });
      await n1.state.rooms.join(ada);
      await n2.state.rooms.join(bob);
      const expected = {
        room,
        incarnation: ada.ifCreated.incarnation,
        rev: 2,
        change: {
          type: 'joined',
          member: {
            participant: { ...bob.participant, connected: true, seat: 2 },
            node: n2.id,
            epoch: 1,
          },
        },
      };
      expect(await n1.roomEvents.first(({ rev }) => rev === 2)).toEqual(expected);
      expect(await n2.roomEvents.first(({ rev }) => rev === 2)).toEqual(expected);
      expect(n2.roomEvents.seen).toHaveLength(1);
      // n3 joins another room; had it been told of this one, it would have been told before.
      await n3.state.rooms.join(joinRequest(roomNamed('other'), { node: n3.id, peer: 'cy' }));
      await n3.roomEvents.first(({ rev }) => rev === 1);
      expect(n3.roomEvents.seen).toHaveLength(1);
    });

    test('tell a node that its last member has left, and nothing after that', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'bob' }));
      await n1.state.rooms.leave(leaveRequest(room, { node: n1.id, peer: 'ada' }));
      const left = await n1.roomEvents.first(({ change }) => change.type === 'left');
      expect(left).toMatchObject({ rev: 3, change: { peerId: 'ada', reason: 'left' } });
      await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'cy' }));
      await n2.roomEvents.first(({ rev }) => rev === 4);
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
      await n1.roomEvents.first(({ rev }) => rev === 5);
      expect(n1.roomEvents.seen.map(({ rev }) => rev)).toEqual([1, 2, 3, 5]);
    });
  });

  test('the position of a room is where its state is, and null when nobody is in it', async () => {
    await using cluster = await start();
    const { n1, room } = cluster;
    expect(await n1.state.rooms.position(room)).toBeNull();
    const request = joinRequest(room, { node: n1.id, peer: 'ada' });
    await n1.state.rooms.join(request);
    await n1.state.rooms.update(updateRequest(room, { node: n1.id, peer: 'ada' }, {}));
    const { incarnation } = request.ifCreated;
    expect(await n1.state.rooms.position(room)).toEqual({ incarnation, rev: 2 });
  });

  test('names are kept to the letter, whatever characters they have', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const odd = ['a{b}c', '}{', 'a:b members', '"\\', "'; --", 'é😀\u2028', '% %s %d', '*'];
    for (const name of odd) {
      const room = roomNamed(name);
      await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada' }));
      const request = joinRequest(room, { node: n2.id, peer: name }, { name });
      const outcome = await n2.state.rooms.join(request);
      const joined = { ...request.participant, connected: true, seat: 2 };
      expect(outcome).toMatchObject({ state: { members: [{}, { participant: joined }] } });
      const event = await n1.roomEvents.first(
        (each) => each.room.roomId === name && each.rev === 2,
      );
      expect(event).toMatchObject({ room, change: { member: { participant: joined } } });
    }
  });
}
