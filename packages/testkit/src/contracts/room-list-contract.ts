import type { ListRequest, RoomRef } from '@switchboard/core';
import { Cursor, RoomId, TenantId as Tenant, type TenantId } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';
import { joinRequest, leaveRequest, prepareRequest, registerRequest } from './requests.ts';

const clinic = Tenant.parse('clinic');
const other = Tenant.parse('other');

const roomOf = (tenant: TenantId, name: string): RoomRef => ({
  tenant,
  roomId: RoomId.parse(name),
});

/** SPEC 10.8: what every RoomRecords says of all rooms of a tenant. */
export function roomListContract(createBackend: () => Promise<StateBackend>): void {
  async function start() {
    const backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    const close = () => backend[Symbol.asyncDispose]();
    return { n1, n2, [Symbol.asyncDispose]: close };
  }

  const join = (node: RecordingNode, room: RoomRef, peer: string, options = {}) =>
    node.state.rooms.join(
      joinRequest(room, { node: node.id, peer, user: `user ${peer}` }, options),
    );
  const leave = (node: RecordingNode, room: RoomRef, peer: string) =>
    node.state.rooms.leave(leaveRequest(room, { node: node.id, peer }));

  /** The ids on all pages, in order. */
  async function idsOf(node: RecordingNode, request: Partial<ListRequest> = {}): Promise<string[]> {
    const ids: string[] = [];
    let cursor: Cursor | null = null;
    do {
      const asked: ListRequest = {
        tenant: clinic,
        onlyOccupied: false,
        limit: 100,
        ...request,
        cursor,
      };
      const page = await node.state.records.list(asked);
      expect(page.rooms.length).toBeLessThanOrEqual(asked.limit);
      ids.push(...page.rooms.map(({ room }) => room.roomId));
      cursor = page.cursor;
    } while (cursor !== null);
    return ids;
  }

  test('SPEC 10.8: pages show every room once, whatever it is called, and no other tenant’s', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const odd = ['a b', '(', '[', '+', '-', '17:x', 'é😀', '\u2028', '*'];
    const names = [...odd, ...Array.from({ length: 60 }, (_, index) => `r${index}`)];
    for (const name of names) await join(n1, roomOf(clinic, name), 'ada', { duplicates: 'allow' });
    await join(n1, roomOf(other, 'theirs'), 'ada');
    expect((await idsOf(n2)).toSorted()).toEqual(names.toSorted());
    expect((await idsOf(n2, { limit: 7 })).toSorted()).toEqual(names.toSorted());
    expect(await idsOf(n2, { tenant: other, limit: 1 })).toEqual(['theirs']);
  });

  test('SPEC 10.8: a page names the state of each room', async () => {
    await using cluster = await start();
    const { n1 } = cluster;
    const room = roomOf(clinic, 'visit');
    await n1.state.records.prepare(prepareRequest(room));
    const request = { tenant: clinic, onlyOccupied: false, cursor: null, limit: 10 };
    const state = await n1.state.rooms.read(room);
    expect(await n1.state.records.list(request)).toEqual({
      rooms: [{ room, state }],
      cursor: null,
    });
  });

  test('SPEC 10.8: rooms that nobody is in can be passed over', async () => {
    await using cluster = await start();
    const { n1 } = cluster;
    for (const name of ['empty', 'occupied', 'left', 'ended']) {
      await n1.state.records.prepare(prepareRequest(roomOf(clinic, name)));
    }
    for (const name of ['occupied', 'left', 'ended', 'plain']) {
      await join(n1, roomOf(clinic, name), 'ada');
    }
    await leave(n1, roomOf(clinic, 'left'), 'ada');
    await n1.state.records.end({ room: roomOf(clinic, 'ended'), asker: null });
    const occupied = await idsOf(n1, { onlyOccupied: true });
    expect(occupied.toSorted()).toEqual(['occupied', 'plain']);
    const all = await idsOf(n1);
    expect(all.toSorted()).toEqual(['empty', 'ended', 'left', 'occupied', 'plain']);
    await leave(n1, roomOf(clinic, 'plain'), 'ada');
    expect(await idsOf(n1)).not.toContain('plain');
  });

  test.each(['', 'x', '17', '-1:a', '0.5:a'])(
    'SPEC 10.8: a cursor that nobody has said is refused: "%s"',
    async (cursor) => {
      await using cluster = await start();
      const { records } = cluster.n1.state;
      const asked = records.list({
        tenant: clinic,
        onlyOccupied: false,
        cursor: Cursor.parse(cursor),
        limit: 10,
      });
      await expect(asked).rejects.toMatchObject({ code: 'invalid_argument', path: ['cursor'] });
    },
  );

  test('SPEC 10.8: totals follow every way into a room and out of it', async () => {
    await using cluster = await start();
    const { n1, n2 } = cluster;
    const room = roomOf(clinic, 'visit');
    const totals = () => n2.state.records.totals(clinic);
    expect(await totals()).toEqual({ rooms: 0, participants: 0 });
    await n1.state.records.prepare(prepareRequest(room));
    expect(await totals()).toEqual({ rooms: 0, participants: 0 });
    await join(n1, room, 'ada');
    await join(n2, room, 'bob');
    await join(n2, roomOf(clinic, 'another'), 'bob');
    await join(n2, roomOf(other, 'theirs'), 'bob');
    expect(await totals()).toEqual({ rooms: 2, participants: 3 });
    // In again, and in the place of another session of the same user.
    await join(n1, room, 'ada');
    const tab = { node: n1.id, peer: 'ada again', user: 'user ada' };
    await n1.state.rooms.join(joinRequest(room, tab));
    expect(await totals()).toEqual({ rooms: 2, participants: 3 });
    const before = await n1.state.rooms.read(room);
    if (!before) throw new Error('there is no room');
    await leave(n2, room, 'bob');
    await leave(n2, room, 'bob');
    expect(await totals()).toEqual({ rooms: 2, participants: 2 });
    await n2.state.rooms.register(registerRequest(room, before, 'bob'));
    expect(await totals()).toEqual({ rooms: 2, participants: 3 });
    await n1.state.records.end({ room, asker: null });
    await n1.state.records.end({ room, asker: null });
    expect(await totals()).toEqual({ rooms: 1, participants: 1 });
    await leave(n2, roomOf(clinic, 'another'), 'bob');
    expect(await totals()).toEqual({ rooms: 0, participants: 0 });
  });
}
