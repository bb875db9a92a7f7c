import { randomUUID } from 'node:crypto';
import { waitUntil } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isoTime } from './shapes.ts';
import { Clinic, people, scheduledDate } from './video-call-clinic.ts';

const refused = (status: number) => ({ status, body: { message: expect.any(String) } });
const booked = { type: 'Remote', scheduledDate, ...people };

let clinic: Clinic;
let tokens: Record<'patient' | 'practitioner' | 'stranger' | 'admin' | 'creator', string>;

beforeAll(async () => {
  clinic = await Clinic.open('required');
  tokens = {
    patient: await clinic.token(people.patient.id),
    practitioner: await clinic.token(people.practitioner.id),
    stranger: await clinic.token('eve'),
    admin: await clinic.token('root', { admin: true }),
    creator: await clinic.token('appointments', { create: true }),
  };
});
afterAll(async () => {
  await clinic[Symbol.asyncDispose]();
});

interface Flags {
  readonly status: string;
  readonly practitionerJoined: boolean;
  readonly patientJoined: boolean;
}

const flagsOf = async (appointmentId: string): Promise<Flags> => {
  const { body } = await clinic.read(appointmentId, tokens.patient);
  const { status, practitionerJoined, patientJoined } = body as Flags;
  return { status, practitionerJoined, patientJoined };
};

/** What becomes of an event that is not answered is seen by looking again. */
const eventually = (appointmentId: string, wanted: Flags) =>
  waitUntil(
    () => flagsOf(appointmentId),
    (flags) => JSON.stringify(flags) === JSON.stringify(wanted),
    { what: JSON.stringify(wanted) },
  );

describe('video-call: POST …/create', () => {
  test('answers the same room for the same appointment, with or without its data', async () => {
    const appointmentId = randomUUID();
    const first = await clinic.create(appointmentId, booked, tokens.creator);
    expect(first).toEqual({
      status: 201,
      body: { roomId: expect.stringMatching(/^room_\d{13}_[a-z0-9]+$/) },
    });
    expect(await clinic.create(appointmentId, booked, tokens.creator)).toEqual(first);
    expect(await clinic.create(appointmentId, {}, tokens.creator)).toEqual(first);
  });

  test('answers one room to all who ask at once', async () => {
    const appointmentId = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => clinic.create(appointmentId, booked, tokens.creator)),
    );
    expect(new Set(answers.map(({ body }) => (body as { roomId: string }).roomId)).size).toBe(1);
  });

  test('is refused without a token, without the grant, and without the two', async () => {
    const appointmentId = randomUUID();
    expect(await clinic.create(appointmentId, booked)).toEqual(refused(401));
    expect(await clinic.create(appointmentId, booked, 'nonsense')).toEqual(refused(401));
    expect(await clinic.create(appointmentId, booked, tokens.practitioner)).toEqual(refused(403));
    const { patient } = people;
    for (const body of [{}, { patient }, { patient, practitioner: patient }, 7]) {
      expect(await clinic.create(appointmentId, body, tokens.creator)).toEqual(refused(400));
    }
    expect(await clinic.read(appointmentId, tokens.admin)).toEqual(refused(404));
  });
});

describe('video-call: GET …/:appointmentId', () => {
  test.each(['patient', 'practitioner', 'admin'] as const)('answers the %s', async (who) => {
    const { appointmentId, roomId } = await clinic.newRoom();
    expect(await clinic.read(appointmentId, tokens[who])).toEqual({
      status: 200,
      body: {
        ...{ id: expect.any(String), roomId, appointmentId, status: 'Waiting' },
        ...{ practitionerJoined: false, patientJoined: false, startedAt: null, endedAt: null },
        ...{ createdAt: isoTime, updatedAt: isoTime },
        appointment: { id: appointmentId, scheduledDate, ...people },
      },
    });
  });

  test('is 401 without a token, 403 for a stranger, 404 for none', async () => {
    const { appointmentId } = await clinic.newRoom();
    expect(await clinic.read(appointmentId)).toEqual(refused(401));
    expect(await clinic.read(appointmentId, 'nonsense')).toEqual(refused(401));
    expect(await clinic.read(appointmentId, tokens.stranger)).toEqual(refused(403));
    expect(await clinic.read(appointmentId, tokens.creator)).toEqual(refused(403));
    expect(await clinic.read(randomUUID(), tokens.patient)).toEqual(refused(404));
  });
});

describe('video-call: with tokens', () => {
  test('the record says who is in, from Waiting by InProgress to Ended', async () => {
    const { appointmentId, roomId } = await clinic.newRoom();
    using patient = await clinic.connect('n1', tokens.patient);
    using practitioner = await clinic.connect('n2', tokens.practitioner);
    patient.emit('join-room', { roomId, userId: people.patient.id });
    await patient.next('joined-room');
    expect(await flagsOf(appointmentId)).toEqual({
      ...{ status: 'Waiting', practitionerJoined: false, patientJoined: true },
    });
    practitioner.emit('join-room', { roomId, userId: people.practitioner.id });
    await practitioner.next('joined-room');
    expect(await clinic.read(appointmentId, tokens.patient)).toMatchObject({
      body: { status: 'InProgress', startedAt: isoTime, endedAt: null },
    });
    patient.emit('leave-room', { roomId, userId: people.patient.id });
    await eventually(appointmentId, {
      ...{ status: 'InProgress', practitionerJoined: true, patientJoined: false },
    });
    practitioner.emit('end-call', { roomId, userId: people.practitioner.id });
    await practitioner.next('call-ended');
    expect(await clinic.read(appointmentId, tokens.practitioner)).toMatchObject({
      body: {
        ...{ status: 'Ended', practitionerJoined: false, patientJoined: false },
        ...{ startedAt: isoTime, endedAt: isoTime },
      },
    });
  });

  test('nobody passes for another, and no stranger comes in', async () => {
    const { appointmentId, roomId } = await clinic.newRoom();
    using patient = await clinic.connect('n1', tokens.patient);
    using stranger = await clinic.connect('n2', tokens.stranger);
    for (const [client, userId] of [
      [patient, people.practitioner.id],
      [stranger, people.patient.id],
      [stranger, 'eve'],
    ] as const) {
      client.emit('join-room', { roomId, userId });
      expect(await client.next('error')).toEqual({ message: expect.any(String) });
    }
    expect(await flagsOf(appointmentId)).toMatchObject({ patientJoined: false });
  });

  test('only the practitioner shares a screen', async () => {
    const { roomId } = await clinic.newRoom();
    using patient = await clinic.connect('n1', tokens.patient);
    using practitioner = await clinic.connect('n2', tokens.practitioner);
    const asPatient = { roomId, userId: people.patient.id };
    const asPractitioner = { roomId, userId: people.practitioner.id };
    patient.emit('join-room', asPatient);
    await patient.next('joined-room');
    practitioner.emit('join-room', asPractitioner);
    await practitioner.next('joined-room');
    patient.emit('screen-share-start', asPatient);
    expect(await patient.next('error')).toEqual({ message: expect.any(String) });
    practitioner.emit('screen-share-start', asPractitioner);
    expect(await patient.next('screen-share-started')).toEqual({ userId: people.practitioner.id });
  });
});
