import type { RoomPreparation, RoomRef } from '@switchboard/core';
import { AppointmentId, RoomId, UserId } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { openNodes, type RecordingNode, type StateBackend } from './harness.ts';
import {
  joinRequest,
  leaveRequest,
  prepareRequest,
  registerRequest,
  roomNamed,
  updateRequest,
} from './requests.ts';

const ada = UserId.parse('ada');
const bob = UserId.parse('bob lovelace');
const visit: Partial<RoomPreparation> = {
  appointmentId: AppointmentId.parse('visit: 17'),
  entitled: [
    { userId: ada, role: 'practitioner' },
    { userId: bob, role: 'the patient' },
  ],
  requiredRoles: ['practitioner', 'the patient'],
  screenRoles: ['practitioner'],
  data: { empty: [], none: null, nested: { text: 'é😀"\\%s' } },
};

/** What every RoomRecords does for rooms that are made ahead; see the port for the words. */
export function roomRecordsContract(createBackend: () => Promise<StateBackend>): void {
  async function start() {
    const backend = await createBackend();
    const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
    const close = () => backend[Symbol.asyncDispose]();
    return { n1, n2, room: roomNamed('visit'), [Symbol.asyncDispose]: close };
  }

  const join = (node: RecordingNode, room: RoomRef, user: string, options = {}) =>
    node.state.rooms.join(
      joinRequest(room, { node: node.id, peer: `${user}'s tab`, user }, options),
    );

  describe('prepare', () => {
    test('SPEC 10.1: makes a room that exists while it is empty, and keeps what was said', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const request = prepareRequest(room, { ...visit, capacity: 2 });
      const outcome = await n1.state.records.prepare(request);
      const state = {
        incarnation: request.incarnation,
        rev: 0,
        capacity: 2,
        duplicates: 'replace',
        progress: { status: 'waiting' },
        createdAt: expect.any(Number),
        updatedAt: expect.any(Number),
        preparation: request.preparation,
        members: [],
        messages: 0,
        annotations: 0,
      };
      expect(outcome).toEqual({ kind: 'prepared', state });
      expect(await n2.state.rooms.read(room)).toEqual(state);
      await join(n1, room, ada);
      await n1.state.rooms.leave(leaveRequest(room, { node: n1.id, peer: 'ada’s tab' }));
      await n1.state.rooms.leave(leaveRequest(room, { node: n1.id, peer: "ada's tab" }));
      expect(await n2.state.rooms.read(room)).toMatchObject({ members: [], rev: 2 });
    });

    test('SPEC 10.1: twice, and of many at once, changes nothing after the first', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const asked = Array.from({ length: 20 }, (_, index) => {
        const node = index % 2 === 0 ? n1 : n2;
        return node.state.records.prepare(prepareRequest(room, { keepMs: 1_000 + index }));
      });
      const outcomes = await Promise.all(asked);
      expect(outcomes.filter(({ kind }) => kind === 'prepared')).toHaveLength(1);
      const kept = new Set(outcomes.map(({ state }) => state.preparation?.keepMs));
      expect(kept.size).toBe(1);
      await join(n1, room, ada);
      const again = await n2.state.records.prepare(prepareRequest(room, { keepMs: 5 }));
      expect(again).toMatchObject({ kind: 'already', state: { rev: 2, members: [{}] } });
    });

    test('SPEC 10.1: a room that is there goes on, and is kept from then on', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const joined = await join(n1, room, ada, { capacity: 3 });
      const outcome = await n2.state.records.prepare(
        prepareRequest(room, { ...visit, capacity: 9 }),
      );
      expect(outcome).toMatchObject({
        kind: 'prepared',
        state: { rev: 2, capacity: 3, progress: { status: 'in-progress' }, members: [{}] },
      });
      const incarnation = joined.kind === 'joined' && joined.state.incarnation;
      expect(outcome.state.incarnation).toBe(incarnation);
      await n1.state.rooms.leave(leaveRequest(room, { node: n1.id, peer: "ada's tab" }));
      expect(await n1.state.rooms.read(room)).toMatchObject({ members: [] });
    });
  });

  test('SPEC 10.2: an appointment has one room, whoever asks first, and of however many at once', async () => {
    await using cluster = await start();
    const { n1, n2, room } = cluster;
    const { tenant } = room;
    const appointment = AppointmentId.parse('a: {17}');
    const { records } = n1.state;
    expect(await records.assign(tenant, appointment, null)).toBeNull();
    const proposals = Array.from({ length: 20 }, (_, index) => RoomId.parse(`room ${index}`));
    const assigned = await Promise.all(
      proposals.map((proposed, index) =>
        (index % 2 === 0 ? n1 : n2).state.records.assign(tenant, appointment, proposed),
      ),
    );
    const [roomId] = assigned;
    expect(proposals).toContain(roomId);
    expect(new Set(assigned)).toEqual(new Set([roomId]));
    expect(await records.assign(tenant, appointment, null)).toBe(roomId);
    expect(await records.assign(tenant, AppointmentId.parse('another'), null)).toBeNull();
  });

  describe('a room that waits', () => {
    test('SPEC 10.3: is in progress with the last role it waits for, as a change of its own', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      await n1.state.records.prepare(prepareRequest(room, visit));
      expect(await join(n1, room, ada)).toMatchObject({
        state: { progress: { status: 'waiting' } },
      });
      // A second one of the same role does not make up for the one that is missing.
      await join(n1, room, 'cy', { role: 'practitioner' });
      const outcome = await join(n2, room, bob);
      expect(outcome).toMatchObject({ kind: 'joined', state: { rev: 4 } });
      const started = await n1.roomEvents.first(({ change }) => change.type === 'started');
      expect(started).toMatchObject({ room, rev: 4 });
      const state = await n1.state.rooms.read(room);
      const startedAt = started.change.type === 'started' && started.change.startedAt;
      expect(state?.progress).toEqual({ status: 'in-progress', startedAt });
      expect(startedAt).toBeGreaterThanOrEqual(state?.createdAt ?? Number.NaN);
    });

    test('SPEC 10.3: stays in progress when they leave, and does not begin again', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      await n1.state.records.prepare(prepareRequest(room, visit));
      await join(n1, room, ada);
      await join(n1, room, bob);
      await n1.state.rooms.leave(leaveRequest(room, { node: n1.id, peer: `${bob}'s tab` }));
      const { progress } = (await n1.state.rooms.read(room)) ?? {};
      expect(progress?.status).toBe('in-progress');
      expect(await join(n1, room, bob)).toMatchObject({ state: { rev: 5, progress } });
    });

    test('SPEC 10.3: with nobody to wait for, begins with the first', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      await n1.state.records.prepare(prepareRequest(room));
      const outcome = await join(n1, room, 'cy');
      expect(outcome).toMatchObject({ state: { rev: 2, progress: { status: 'in-progress' } } });
    });

    test('SPEC 10.3: can be begun by a server, once', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      expect(await n1.state.records.start(room)).toEqual({ kind: 'absent' });
      await n1.state.records.prepare(prepareRequest(room, visit));
      await join(n1, room, ada);
      expect(await n2.state.records.start(room)).toMatchObject({
        kind: 'started',
        state: { rev: 2 },
      });
      expect(await n2.state.records.start(room)).toMatchObject({
        kind: 'already',
        state: { rev: 2 },
      });
      await n1.roomEvents.first(({ rev, change }) => rev === 2 && change.type === 'started');
    });
  });

  describe('those whom a room names', () => {
    test('SPEC 10.4: come in without any other right, with the role it gives them; nobody else does', async () => {
      await using cluster = await start();
      const { n1, n2, room } = cluster;
      const asEntitled = { asEntitled: true, mayCreate: false };
      expect(await join(n1, room, ada, asEntitled)).toEqual({ kind: 'stranger' });
      await n1.state.records.prepare(prepareRequest(room, visit));
      expect(await join(n1, room, 'cy', asEntitled)).toEqual({ kind: 'stranger' });
      await join(n1, room, ada, asEntitled);
      const outcome = await join(n2, room, bob, asEntitled);
      expect(outcome).toMatchObject({
        state: {
          members: [
            { participant: { userId: ada, role: 'practitioner' } },
            { participant: { userId: bob, role: 'the patient' } },
          ],
        },
      });
      const event = await n1.roomEvents.first(({ rev }) => rev === 2);
      expect(event.change).toMatchObject({ member: { participant: { role: 'the patient' } } });
    });

    test('SPEC 10.4: keep the role that they have', async () => {
      await using cluster = await start();
      const { n1, room } = cluster;
      await n1.state.records.prepare(prepareRequest(room, visit));
      const outcome = await join(n1, room, ada, { role: 'observer', asEntitled: true });
      expect(outcome).toMatchObject({
        state: { members: [{ participant: { role: 'observer' } }] },
      });
    });
  });

  test('SPEC 10.5: only those of certain roles share their screen, in a join and later', async () => {
    await using cluster = await start();
    const { n1, room } = cluster;
    await n1.state.records.prepare(prepareRequest(room, visit));
    expect(await join(n1, room, bob, { screen: true })).toEqual({ kind: 'screen-refused' });
    expect(await join(n1, room, 'cy', { screen: true })).toEqual({ kind: 'screen-refused' });
    await join(n1, room, bob);
    await join(n1, room, ada, { screen: true });
    const update = (peer: string, media: { screen?: boolean; camera?: boolean }, asUser?: UserId) =>
      n1.state.rooms.update({
        ...updateRequest(room, { node: n1.id, peer: `${peer}'s tab` }, media),
        onlyAsEntitled: asUser ?? null,
      });
    const refused = { kind: 'screen-refused' };
    expect(await update(bob, { screen: true, camera: true })).toEqual(refused);
    expect(await update(bob, { screen: false, camera: true })).toMatchObject({ kind: 'updated' });
    expect(await update(ada, { screen: true })).toMatchObject({ media: { screen: true } });
    expect(await update(ada, { screen: true }, ada)).toMatchObject({ kind: 'updated' });
    expect(await update(ada, { screen: true }, UserId.parse('cy'))).toEqual(refused);
    expect(await n1.state.rooms.read(room)).toMatchObject({ rev: 6 });
  });

  test('a prepared room that was lost comes back as it was, with those who are in it', async () => {
    await using cluster = await start();
    const { n1, room } = cluster;
    await n1.state.records.prepare(prepareRequest(room, visit));
    await join(n1, room, ada);
    await join(n1, room, bob);
    const before = await n1.state.rooms.read(room);
    if (!before) throw new Error('there is no room');
    // What is lost is, to the store, another room.
    const lost = roomNamed('lost');
    await n1.state.rooms.register(registerRequest(lost, before, "ada's tab"));
    const after = await n1.state.rooms.read(lost);
    const { preparation, progress, createdAt, capacity } = before;
    expect(after).toMatchObject({ preparation, progress, createdAt, capacity, rev: 1 });
    await n1.state.rooms.leave(leaveRequest(lost, { node: n1.id, peer: "ada's tab" }));
    expect(await n1.state.rooms.read(lost)).toMatchObject({ members: [] });
    expect(await join(n1, lost, bob, { asEntitled: true })).toMatchObject({ kind: 'joined' });
  });
}
