import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Clinic, people } from './video-call-clinic.ts';

const patientId = people.patient.id;
const practitionerId = people.practitioner.id;
const refused = { message: expect.any(String) };

let clinic: Clinic;

beforeAll(async () => {
  clinic = await Clinic.open();
});
afterAll(async () => {
  await clinic[Symbol.asyncDispose]();
});

/** A patient who was there first, and a practitioner, each on a node of their own. */
async function meet() {
  const { appointmentId, roomId } = await clinic.newRoom();
  const patient = await clinic.connect('n1');
  const practitioner = await clinic.connect('n2');
  const asPatient = { roomId, userId: patientId };
  const asPractitioner = { roomId, userId: practitionerId };
  patient.emit('join-room', asPatient);
  const first = await patient.next('joined-room');
  practitioner.emit('join-room', asPractitioner);
  const second = await practitioner.next('joined-room');
  const announced = await patient.next('user-joined');
  const resources = new DisposableStack();
  resources.use(patient);
  resources.use(practitioner);
  return {
    ...{ appointmentId, roomId, patient, practitioner, asPatient, asPractitioner },
    ...{ first, second, announced },
    [Symbol.dispose]: () => resources.dispose(),
  };
}

describe('video-call: join-room', () => {
  test('is answered, and told to the others', async () => {
    using met = await meet();
    expect(met.first).toEqual(met.asPatient);
    expect(met.second).toEqual(met.asPractitioner);
    expect(met.announced).toEqual({ userId: practitionerId });
    expect([...met.patient.untaken, ...met.practitioner.untaken]).toEqual([]);
  });

  test('again is answered, and announced to nobody', async () => {
    using met = await meet();
    met.practitioner.emit('join-room', met.asPractitioner);
    expect(await met.practitioner.next('joined-room')).toEqual(met.asPractitioner);
    met.practitioner.emit('toggle-video', { ...met.asPractitioner, isEnabled: true });
    await met.patient.next('video-toggled');
    expect(met.patient.untaken).toEqual([]);
  });

  test('is refused to a stranger, and where there is no room', async () => {
    using met = await meet();
    using eve = await clinic.connect('n1');
    eve.emit('join-room', { roomId: met.roomId, userId: 'eve' });
    expect(await eve.next('error')).toEqual(refused);
    eve.emit('join-room', { roomId: 'room_1_none', userId: patientId });
    expect(await eve.next('error')).toEqual(refused);
    expect([...met.patient.untaken, ...eve.untaken]).toEqual([]);
  });
});

describe('video-call: leaving', () => {
  test.each(['leave-room', 'disconnect'])('by %s is told to the others', async (how) => {
    using met = await meet();
    if (how === 'leave-room') met.practitioner.emit('leave-room', met.asPractitioner);
    else met.practitioner[Symbol.dispose]();
    expect(await met.patient.next('user-left')).toEqual({ userId: practitionerId });
    expect([...met.patient.untaken, ...met.practitioner.untaken]).toEqual([]);
  });
});

describe('video-call: webrtc-signal', () => {
  test.each([
    { type: 'offer', sdp: 'v=0\r\n' },
    { type: 'answer', sdp: 'v=0\r\n' },
    { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'u' },
    { type: 'candidate', candidate: 'candidate:1' },
    { type: 'candidate', candidate: { candidate: 'candidate:1', sdpMid: '0' } },
    { something: ['else'] },
  ])('%j reaches all others as it was, with who it is from', async (signal) => {
    using met = await meet();
    using tablet = await clinic.connect('n1');
    tablet.emit('join-room', met.asPractitioner);
    await Promise.all([met.patient, met.practitioner].map((each) => each.next('user-joined')));
    met.patient.emit('webrtc-signal', { ...met.asPatient, signal });
    const told = { signal, userId: patientId };
    expect(await met.practitioner.next('webrtc-signal')).toEqual(told);
    expect(await tablet.next('webrtc-signal')).toEqual(told);
    expect([...met.patient.untaken, ...met.practitioner.untaken]).toEqual([]);
  });
});

describe('video-call: media', () => {
  test.each([
    ['toggle-video', 'video-toggled', false],
    ['toggle-video', 'video-toggled', true],
    ['toggle-audio', 'audio-toggled', false],
    ['toggle-audio', 'audio-toggled', true],
  ] as const)(
    '%s reaches the others as %s %s, even if nothing is new',
    async (event, told, isEnabled) => {
      using met = await meet();
      met.patient.emit(event, { ...met.asPatient, isEnabled });
      expect(await met.practitioner.next(told)).toEqual({ userId: patientId, isEnabled });
      met.patient.emit(event, { ...met.asPatient, isEnabled });
      expect(await met.practitioner.next(told)).toEqual({ userId: patientId, isEnabled });
      expect([...met.patient.untaken, ...met.practitioner.untaken]).toEqual([]);
    },
  );

  test('a practitioner shares a screen, and stops', async () => {
    using met = await meet();
    met.practitioner.emit('screen-share-start', met.asPractitioner);
    const told = { userId: practitionerId };
    expect(await met.patient.next('screen-share-started')).toEqual(told);
    met.practitioner.emit('screen-share-stop', met.asPractitioner);
    expect(await met.patient.next('screen-share-stopped')).toEqual(told);
    expect([...met.patient.untaken, ...met.practitioner.untaken]).toEqual([]);
  });

  test('a patient may not share a screen', async () => {
    using met = await meet();
    met.patient.emit('screen-share-start', met.asPatient);
    expect(await met.patient.next('error')).toEqual(refused);
    met.patient.emit('toggle-audio', { ...met.asPatient, isEnabled: true });
    await met.practitioner.next('audio-toggled');
    expect(met.practitioner.untaken).toEqual([]);
  });
});

describe('video-call: end-call', () => {
  test('is told to everyone, its sender included, and nobody comes in again', async () => {
    using met = await meet();
    met.patient.emit('end-call', met.asPatient);
    const told = { userId: patientId };
    expect(await met.patient.next('call-ended')).toEqual(told);
    expect(await met.practitioner.next('call-ended')).toEqual(told);
    met.practitioner.emit('join-room', met.asPractitioner);
    expect(await met.practitioner.next('error')).toEqual(refused);
    met.practitioner.emit('toggle-audio', { ...met.asPractitioner, isEnabled: true });
    expect(await met.practitioner.next('error')).toEqual(refused);
    expect([...met.patient.untaken, ...met.practitioner.untaken]).toEqual([]);
  });
});

describe('video-call: refuses with a message, and nothing happens,', () => {
  const here = (roomId: string, userId: string) => ({ roomId, userId });
  test.each([
    ['join-room', () => undefined],
    ['join-room', (roomId: string) => ({ roomId })],
    ['join-room', (roomId: string) => here(roomId, '')],
    ['leave-room', () => here('elsewhere', practitionerId)],
    ['leave-room', (roomId: string) => here(roomId, patientId)],
    ['end-call', (roomId: string) => here(roomId, patientId)],
    ['end-call', () => here('elsewhere', practitionerId)],
    ['toggle-video', (roomId: string) => here(roomId, practitionerId)],
    ['toggle-audio', (roomId: string) => ({ ...here(roomId, practitionerId), isEnabled: 'yes' })],
    ['webrtc-signal', (roomId: string) => here(roomId, practitionerId)],
    ['webrtc-signal', (roomId: string) => ({ ...here(roomId, patientId), signal: {} })],
    ['webrtc-signal', () => ({ ...here('elsewhere', practitionerId), signal: {} })],
    ['screen-share-start', (roomId: string) => ({ roomId })],
    ['no-such-event', () => undefined],
  ])('%s (%#)', async (event, payload) => {
    using met = await meet();
    met.practitioner.emit(event, payload(met.roomId));
    expect(await met.practitioner.next('error')).toEqual(refused);
    met.practitioner.emit('toggle-audio', { ...met.asPractitioner, isEnabled: true });
    await met.patient.next('audio-toggled');
    expect([...met.patient.untaken, ...met.practitioner.untaken]).toEqual([]);
  });
});
