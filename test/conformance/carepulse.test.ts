import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { DialectClient } from './dialect-client.ts';
import { onTwoNodes } from './two-nodes.ts';

const { connect } = onTwoNodes('carepulse');

/** A patient who was there first, and a doctor, each on a node of their own. */
async function meet() {
  const room = randomUUID();
  const patient = await connect('n1');
  const doctor = await connect('n2');
  patient.emit('join-room', room, 'patient');
  // An older server answers a join with nothing; the room is read to know that it is done.
  await waitForMember(room, patient);
  doctor.emit('join-room', room, 'doctor');
  const announced = await patient.next('user-connected');
  return { room, patient, doctor, announced };
}

async function waitForMember(room: string, client: DialectClient): Promise<void> {
  client.emit('signal', { room, candidate: 'nobody is there to get it' });
  client.emit('no-such-event');
  expect(await client.next('error')).toEqual({ message: expect.any(String) });
}

describe('carepulse: join-room', () => {
  test('is told to the others by the bare user id, and not answered', async () => {
    const { patient, doctor, announced } = await meet();
    using _ = patient;
    using __ = doctor;
    expect(announced).toBe('doctor');
    expect([...patient.untaken, ...doctor.untaken]).toEqual([]);
  });

  test('again is announced to nobody', async () => {
    const { room, patient, doctor } = await meet();
    using _ = patient;
    using __ = doctor;
    doctor.emit('join-room', room, 'doctor');
    doctor.emit('signal', { room, candidate: null });
    await patient.next('signal');
    expect(patient.untaken).toEqual([]);
  });

  test('ends with user-disconnected, by the bare user id', async () => {
    const { patient, doctor } = await meet();
    using _ = patient;
    doctor[Symbol.dispose]();
    expect(await patient.next('user-disconnected')).toBe('doctor');
  });
});

describe('carepulse: negotiation', () => {
  const offer = { type: 'offer', sdp: 'v=0\r\n' };
  const answer = { type: 'answer', sdp: 'v=0\r\n' };
  const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 };

  test.each([
    [{ type: 'offer', sdp: offer }],
    [{ type: 'answer', sdp: answer }],
    [{ candidate }],
    [{ candidate: null }],
    [{ something: 'else' }],
  ])('signal %j reaches all others, with its sender and without the room', async (rest) => {
    const { room, patient, doctor } = await meet();
    using _ = patient;
    using __ = doctor;
    using nurse = await connect('n1');
    nurse.emit('join-room', room, 'nurse');
    await Promise.all([patient.next('user-connected'), doctor.next('user-connected')]);
    patient.emit('signal', { room, ...rest });
    const told = { sender: patient.id, ...rest };
    expect(await doctor.next('signal')).toEqual(told);
    expect(await nurse.next('signal')).toEqual(told);
    expect([...patient.untaken, ...doctor.untaken, ...nurse.untaken]).toEqual([]);
  });

  test.each([
    ['offer', { sdp: offer }],
    ['answer', { answer }],
    ['ice-candidate', { candidate }],
    ['offer', { something: 'else' }],
  ])('%s %j reaches its target as it is', async (event, rest) => {
    const { patient, doctor } = await meet();
    using _ = patient;
    using __ = doctor;
    doctor.emit('signal', { room: 'elsewhere' });
    await doctor.next('error');
    patient.emit(event, { target: doctor.id, ...rest });
    expect(await doctor.next(event)).toEqual({ target: doctor.id, ...rest });
  });
});

describe('carepulse: refuses with a message, and nothing happens,', () => {
  test.each([
    ['join-room', []],
    ['join-room', ['a session']],
    ['join-room', [{ sessionId: 'a session' }, 'doctor']],
    ['signal', [{ room: 'a room one is not in', candidate: null }]],
    ['signal', [{ candidate: null }]],
    ['offer', [{ target: 'nobody' }]],
    ['offer', []],
  ])('%s %j', async (event, args) => {
    const { patient, doctor } = await meet();
    using _ = patient;
    using __ = doctor;
    doctor.emit(event, ...args);
    expect(await doctor.next('error')).toEqual({ message: expect.any(String) });
    expect(patient.untaken).toEqual([]);
  });
});
