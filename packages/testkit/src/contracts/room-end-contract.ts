import type { EndAsker, RoomRef } from '@switchboard/core';
import { limits, PeerId, UserId } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';
import {
  joinRequest,
  leaveRequest,
  prepareRequest,
  rebindRequest,
  registerRequest,
  roomNamed,
} from './requests.ts';

const asMember = (peer: string): EndAsker => ({
  peerId: PeerId.parse(peer),
  asMember: true,
  asEntitled: null,
});

const asEntitled = (user: string): EndAsker => ({
  peerId: PeerId.parse('elsewhere'),
  asMember: false,
  asEntitled: UserId.parse(user),
});

/** SPEC 10.6 and 10.7: how every RoomRecords ends rooms, and removes them. */
export function roomEndContract(createBackend: () => Promise<StateBackend>): void {
  /** A room with ada at n1 and bob at n2. */
  async function start({ prepared }: { prepared?: { keepMs: number } } = {}) {
    const backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    const room = roomNamed('visit');
    const entitled = [{ userId: UserId.parse('ada'), role: 'host' }];
    if (prepared) await n1.state.records.prepare(prepareRequest(room, { ...prepared, entitled }));
    await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: 'ada', user: 'ada' }));
    await n2.state.rooms.join(joinRequest(room, { node: n2.id, peer: 'bob' }));
    const close = () => backend[Symbol.asyncDispose]();
    return { n1, n2, room, [Symbol.asyncDispose]: close };
  }

  const join = (node: RecordingNode, room: RoomRef, peer: string) =>
    node.state.rooms.join(joinRequest(room, { node: node.id, peer }));

  /** Removes what is due, once anything is. */
  const expire = (node: RecordingNode) =>
    waitUntil(
      () => node.state.records.expire({ index: 0, of: 1 }),
      (count) => count > 0,
      { what: 'a room to expire', intervalMs: 1 },
    );

  describe('end', () => {
    test('SPEC 10.6: takes everybody out in one change, of which every node with a member is told', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const outcome = await n1.state.records.end({ room, asker: asMember('ada') });
      expect(outcome).toMatchObject({
        kind: 'ended',
        state: { rev: 3, members: [], progress: { status: 'ended' } },
      });
      for (const node of [n1, n2]) {
        const event = await node.roomEvents.first(({ rev }) => rev === 3);
        const endedAt = expect.any(Number);
        expect(event.change).toEqual({ type: 'ended', by: 'ada', endedAt });
      }
      expect(await n1.state.rooms.position(room)).toMatchObject({ rev: 3 });
    });

    test('SPEC 10.6: is for a member, for whom the room names, or for one who may end any', async () => {
      await using cluster = await start({ prepared: { keepMs: 60_000 } });
      const { n1, room } = cluster;
      const { records } = n1.state;
      const refused = { kind: 'refused' };
      expect(await records.end({ room, asker: asMember('cy') })).toEqual(refused);
      expect(await records.end({ room, asker: asEntitled('bob') })).toEqual(refused);
      const bob: EndAsker = { ...asMember('bob'), asMember: false };
      expect(await records.end({ room, asker: bob })).toEqual(refused);
      const nowhere = roomNamed('nowhere');
      expect(await records.end({ room: nowhere, asker: asMember('ada') })).toEqual(refused);
      expect(await records.end({ room: nowhere, asker: null })).toEqual({ kind: 'absent' });
      expect(await n1.state.rooms.read(room)).toMatchObject({ members: [{}, {}] });
      expect(await records.end({ room, asker: asEntitled('ada') })).toMatchObject({
        kind: 'ended',
      });
    });

    test('SPEC 10.6: repeated, and of many at once, has one effect', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const ends = [n1, n2, n1, n2].map((node, index) =>
        node.state.records.end({ room, asker: index === 0 ? asMember('ada') : null }),
      );
      const kinds = (await Promise.all(ends)).map(({ kind }) => kind);
      expect(kinds.toSorted()).toEqual(['already', 'already', 'already', 'ended']);
      const again = await n1.state.records.end({ room, asker: asMember('ada') });
      expect(again).toMatchObject({ kind: 'already', state: { rev: 3 } });
      expect(await n1.state.records.start(room)).toMatchObject({ kind: 'already' });
      expect(await n1.state.records.prepare(prepareRequest(room))).toMatchObject({
        kind: 'already',
        state: { progress: { status: 'ended' }, preparation: null },
      });
    });

    test('SPEC 10.6: nobody comes in after it, in whatever way', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const before = await n1.state.rooms.read(room);
      if (!before) throw new Error('there is no room');
      await n1.state.records.end({ room, asker: null });
      expect(await join(n2, room, 'cy')).toEqual({ kind: 'ended' });
      const who = { node: n1.id, peer: 'ada', epoch: 2 };
      const position = { incarnation: before.incarnation, rev: 3 };
      const ended = { kind: 'ended', position };
      expect(await n1.state.rooms.rebind(rebindRequest(room, who))).toEqual(ended);
      expect(await n1.state.rooms.register(registerRequest(room, before, 'ada'))).toEqual(ended);
      const left = await n1.state.rooms.leave(leaveRequest(room, { node: n1.id, peer: 'ada' }));
      expect(left).toEqual({ kind: 'not-member' });
    });

    test('SPEC 10.6: a room that still waited has not begun', async () => {
      await using cluster = await start();
      const { n1 } = cluster;
      const room = roomNamed('empty');
      await n1.state.records.prepare(prepareRequest(room));
      const outcome = await n1.state.records.end({ room, asker: null });
      expect(outcome).toMatchObject({
        kind: 'ended',
        state: { progress: { status: 'ended', startedAt: null } },
      });
    });
  });

  describe('expire', () => {
    test('SPEC 10.7: removes a room that has ended when it has been kept long enough', async () => {
      await using cluster = await start({ prepared: { keepMs: 0 } });
      const { n1, n2, room } = cluster;
      const before = await n1.state.rooms.read(room);
      await n1.state.records.end({ room, asker: null });
      expect(await expire(n2)).toBe(1);
      expect(await n1.state.rooms.read(room)).toBeNull();
      // The id is free again, for another room.
      const outcome = await join(n1, room, 'cy');
      expect(outcome).toMatchObject({ kind: 'joined', state: { rev: 1, preparation: null } });
      const incarnation = outcome.kind === 'joined' && outcome.state.incarnation;
      expect(incarnation).not.toBe(before?.incarnation);
    });

    test('SPEC 10.7: removes nothing before its time', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      const kept = roomNamed('kept');
      await n1.state.records.prepare(prepareRequest(kept, { keepMs: limits.roomKeepMs }));
      await n1.state.records.end({ room: kept, asker: null });
      // One that was not prepared is kept for ten minutes.
      await n1.state.records.end({ room, asker: null });
      const due = roomNamed('due');
      await n1.state.records.prepare(prepareRequest(due, { keepMs: 0 }));
      await n1.state.records.end({ room: due, asker: null });
      expect(await expire(n1)).toBe(1);
      expect(await n1.state.rooms.read(due)).toBeNull();
      expect(await n1.state.rooms.read(kept)).not.toBeNull();
      expect(await n1.state.rooms.read(room)).not.toBeNull();
    });

    test('the shares of all nodes together are everything', async () => {
      await using cluster = await start();
      const { n1, n2 } = cluster;
      const rooms = Array.from({ length: 40 }, (_, index) => roomNamed(`r${index}`));
      for (const room of rooms) {
        await n1.state.records.prepare(prepareRequest(room, { keepMs: 0 }));
        await n1.state.records.end({ room, asker: null });
      }
      const removed = [0, 0];
      const look = async () => {
        for (const [index, node] of [n1, n2].entries()) {
          const count = await node.state.records.expire({ index, of: 2 });
          removed[index] = (removed[index] ?? 0) + count;
        }
        return removed.reduce((sum, count) => sum + count);
      };
      const isDone = (count: number) => count >= rooms.length;
      await waitUntil(look, isDone, { what: 'all rooms to expire', intervalMs: 1 });
      expect(removed.reduce((sum, count) => sum + count)).toBe(rooms.length);
    });
  });
}
