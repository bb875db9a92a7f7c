import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isoTime } from './shapes.ts';
import { onTwoNodes } from './two-nodes.ts';

const { connect } = onTwoNodes('healthconnect');

const doctor = { userId: 'doc123', userType: 'doctor', userName: 'Dr. Smith' };
const patient = { userId: 'pat456', userType: 'patient', userName: 'Ada' };

/** A doctor and a patient in one room, each on a node of their own. */
async function meet() {
  const roomId = randomUUID();
  const ada = await connect('n1');
  const doc = await connect('n2');
  ada.emit('join-room', { roomId, ...patient });
  const first = await ada.next('room-joined');
  doc.emit('join-room', { roomId, ...doctor });
  const second = await doc.next('room-joined');
  const announced = await ada.next('user-joined');
  const fromUser = { ...doctor, roomId, socketId: doc.id };
  return { roomId, ada, doc, first, second, announced, fromUser };
}

describe('healthconnect: join-room', () => {
  test('answers with the others, and tells them', async () => {
    const { roomId, ada, doc, first, second, announced } = await meet();
    using _ = ada;
    using __ = doc;
    expect(first).toEqual({ roomId, participants: [] });
    expect(second).toEqual({
      roomId,
      participants: [{ socketId: ada.id, ...patient, joinedAt: isoTime }],
    });
    expect(announced).toEqual({ socketId: doc.id, ...doctor });
    expect([...ada.untaken, ...doc.untaken]).toEqual([]);
  });

  test('again is answered, and announced to nobody', async () => {
    const { roomId, ada, doc } = await meet();
    using _ = ada;
    using __ = doc;
    doc.emit('join-room', { roomId, ...doctor });
    expect(await doc.next('room-joined')).toMatchObject({ roomId, participants: [{}] });
    doc.emit('start-call', { roomId });
    await ada.next('call-started');
    expect(ada.untaken).toEqual([]);
  });
});

describe('healthconnect: negotiation', () => {
  const offer = { type: 'offer', sdp: 'v=0\r\n' };
  const answer = { type: 'answer', sdp: 'v=0\r\n' };
  test.each([
    ['offer', { offer }],
    ['answer', { answer }],
    ['offer', { offer: 'something else' }],
  ])('%s %j reaches its peer with the user it is from', async (event, rest) => {
    const { ada, doc, fromUser } = await meet();
    using _ = ada;
    using __ = doc;
    doc.emit(event, { ...rest, to: ada.id });
    expect(await ada.next(event)).toEqual({ ...rest, from: doc.id, fromUser });
  });

  test.each([
    [{ candidate: { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 } }],
    [{ candidate: null }],
  ])('ice-candidate %j reaches its peer', async (rest) => {
    const { ada, doc } = await meet();
    using _ = ada;
    using __ = doc;
    doc.emit('ice-candidate', { ...rest, to: ada.id });
    expect(await ada.next('ice-candidate')).toEqual({ ...rest, from: doc.id });
  });
});

describe('healthconnect: during a call', () => {
  test('start-call and end-call are told, and change nothing', async () => {
    const { roomId, ada, doc, fromUser } = await meet();
    using _ = ada;
    using __ = doc;
    for (const [event, told] of [
      ['start-call', 'call-started'],
      ['end-call', 'call-ended'],
    ] as const) {
      doc.emit(event, { roomId });
      expect(await ada.next(told)).toEqual({ from: doc.id, fromUser });
    }
    doc.emit('toggle-video', { roomId, enabled: false });
    expect(await ada.next('peer-toggle-video')).toEqual({ from: doc.id, enabled: false });
    expect([...ada.untaken, ...doc.untaken]).toEqual([]);
  });

  test.each([
    ['toggle-video', 'peer-toggle-video'],
    ['toggle-audio', 'peer-toggle-audio'],
  ])('%s is relayed, also when nothing has changed', async (event, told) => {
    const { roomId, ada, doc } = await meet();
    using _ = ada;
    using __ = doc;
    for (const enabled of [true, false, false, true]) {
      doc.emit(event, { roomId, enabled });
      expect(await ada.next(told)).toEqual({ from: doc.id, enabled });
    }
    expect([...ada.untaken, ...doc.untaken]).toEqual([]);
  });

  test('a message reaches the others', async () => {
    const { roomId, ada, doc, fromUser } = await meet();
    using _ = ada;
    using __ = doc;
    doc.emit('call-message', { roomId, message: 'how are you?' });
    expect(await ada.next('call-message')).toEqual({
      from: doc.id,
      fromUser,
      message: 'how are you?',
      timestamp: isoTime,
    });
    ada.emit('call-message', { roomId, message: 'well' });
    expect(await doc.next('call-message')).toMatchObject({ from: ada.id, message: 'well' });
    expect([...ada.untaken, ...doc.untaken]).toEqual([]);
  });

  test('a screen share is told when it begins and when it ends', async () => {
    const { roomId, ada, doc, fromUser } = await meet();
    using _ = ada;
    using __ = doc;
    doc.emit('start-screen-share', { roomId });
    expect(await ada.next('peer-screen-share-started')).toEqual({ from: doc.id, fromUser });
    doc.emit('stop-screen-share', { roomId });
    expect(await ada.next('peer-screen-share-stopped')).toEqual({ from: doc.id });
  });
});

describe('healthconnect: whoever goes', () => {
  test.each(['leave-room', 'disconnect'])('by %s is named to the others', async (how) => {
    const { roomId, ada, doc, fromUser } = await meet();
    using _ = ada;
    const { id } = doc;
    if (how === 'disconnect') doc[Symbol.dispose]();
    else doc.emit('leave-room', { roomId });
    expect(await ada.next('user-left')).toEqual({ socketId: id, user: fromUser });
    doc[Symbol.dispose]();
  });
});

describe('healthconnect: refuses with a message, and nothing happens,', () => {
  test.each([
    ['join-room', undefined],
    ['join-room', { roomId: 'room', userId: '' }],
    ['join-room', 'room'],
    ['offer', { offer: {}, to: 'nobody' }],
    ['offer', { to: 'nobody' }],
    ['toggle-video', { roomId: 'a room one is not in', enabled: true }],
    ['toggle-video', { roomId: 'room', enabled: 'yes' }],
    ['start-call', { roomId: 'a room one is not in' }],
    ['call-message', { roomId: 'a room one is not in', message: 'hello' }],
    ['call-message', { roomId: 'room' }],
    ['no-such-event', {}],
  ])('%s %j', async (event, payload) => {
    const { ada, doc } = await meet();
    using _ = ada;
    using __ = doc;
    doc.emit(event, payload);
    expect(await doc.next('error')).toEqual({ message: expect.any(String) });
    expect(ada.untaken).toEqual([]);
  });
});
