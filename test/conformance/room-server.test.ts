import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { epochMs, isoTime } from './shapes.ts';
import { onTwoNodes } from './two-nodes.ts';

const { connect } = onTwoNodes('room-server');

/** Two users in one room, each on a node of its own. */
async function meet() {
  const roomId = randomUUID();
  const ada = await connect('n1');
  const bob = await connect('n2');
  ada.emit('join-room', roomId, 'ada');
  const first = await ada.next('room-joined');
  bob.emit('join-room', roomId, 'bob');
  const second = await bob.next('room-joined');
  const announced = await ada.next('user-connected');
  return { roomId, ada, bob, first, second, announced };
}

describe('room-server: join-room', () => {
  test('answers with everybody in the room, and tells the others', async () => {
    const { roomId, ada, bob, first, second, announced } = await meet();
    using _ = ada;
    using __ = bob;
    const itself = { userId: 'ada', socketId: ada.id };
    const other = { userId: 'bob', socketId: bob.id };
    expect(first).toEqual({ roomId, userId: 'ada', users: [itself], timestamp: isoTime });
    expect(second).toEqual({ roomId, userId: 'bob', users: [itself, other], timestamp: isoTime });
    expect(announced).toEqual({ ...other, timestamp: isoTime });
    expect([...ada.untaken, ...bob.untaken]).toEqual([]);
  });

  test('again is answered, and announced to nobody', async () => {
    const { roomId, ada, bob } = await meet();
    using _ = ada;
    using __ = bob;
    bob.emit('join-room', roomId, 'bob');
    expect(await bob.next('room-joined')).toMatchObject({ users: [{}, {}] });
    bob.emit('offer', { target: ada.id, offer: { type: 'offer', sdp: 'v=0' } });
    await ada.next('offer');
    expect(ada.untaken).toEqual([]);
  });

  test('of another room leaves the one before', async () => {
    const { ada, bob } = await meet();
    using _ = ada;
    using __ = bob;
    bob.emit('join-room', randomUUID(), 'bob');
    expect(await ada.next('user-disconnected')).toEqual({
      userId: 'bob',
      socketId: bob.id,
      timestamp: isoTime,
      reason: 'left room',
    });
  });

  test.each([[[]], [['a room']], [['', 'ada']]])('%j is refused with a message', async (args) => {
    using ada = await connect('n1');
    ada.emit('join-room', ...args);
    expect(await ada.next('error')).toEqual({ message: expect.any(String) });
  });
});

describe('room-server: negotiation', () => {
  test.each([
    ['offer', { offer: { type: 'offer', sdp: 'v=0\r\n' } }],
    ['answer', { answer: { type: 'answer', sdp: 'v=0\r\n' } }],
    ['ice-candidate', { candidate: { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 } }],
    ['ice-candidate', { candidate: null }],
    ['offer', { sdp: { type: 'offer', sdp: 'v=0\r\n' }, more: { than: ['expected'] } }],
    ['offer', { something: 'else' }],
  ])('%s %j reaches its target as it is, with from', async (event, rest) => {
    const { ada, bob } = await meet();
    using _ = ada;
    using __ = bob;
    bob.emit(event, { target: ada.id, ...rest });
    expect(await ada.next(event)).toEqual({ target: ada.id, ...rest, from: bob.id });
  });

  test('with somebody outside the room is refused', async () => {
    const { ada, bob } = await meet();
    using _ = ada;
    using __ = bob;
    using eve = await connect('n1');
    eve.emit('offer', { target: ada.id, offer: { type: 'offer', sdp: '' } });
    expect(await eve.next('error')).toEqual({ message: expect.any(String) });
    expect(ada.untaken).toEqual([]);
  });
});

describe('room-server: send-message', () => {
  test('reaches everybody in the room, the sender included', async () => {
    const { roomId, ada, bob } = await meet();
    using _ = ada;
    using __ = bob;
    bob.emit('send-message', { message: '  hello\n' });
    const heard = await ada.next('new-message');
    expect(heard).toEqual({
      id: expect.any(String),
      userId: 'bob',
      message: 'hello',
      timestamp: isoTime,
      roomId,
    });
    expect(await bob.next('new-message')).toEqual(heard);
    expect([...ada.untaken, ...bob.untaken]).toEqual([]);
  });

  test.each([[{ message: ' \n' }], [{ message: 7 }], [{}], [undefined], ['hello']])(
    '%j is refused with a message',
    async (payload) => {
      const { ada, bob } = await meet();
      using _ = ada;
      using __ = bob;
      bob.emit('send-message', payload);
      expect(await bob.next('error')).toEqual({ message: expect.any(String) });
      expect([...ada.untaken, ...bob.untaken]).toEqual([]);
    },
  );

  test('outside a room is refused with a message', async () => {
    using ada = await connect('n1');
    ada.emit('send-message', { message: 'hello' });
    expect(await ada.next('error')).toEqual({ message: expect.any(String) });
  });
});

test('room-server: typing is told to the others', async () => {
  const { ada, bob } = await meet();
  using _ = ada;
  using __ = bob;
  bob.emit('typing-start');
  expect(await ada.next('user-typing')).toEqual({ userId: 'bob', isTyping: true });
  bob.emit('typing-stop');
  expect(await ada.next('user-typing')).toEqual({ userId: 'bob', isTyping: false });
  expect(bob.untaken).toEqual([]);
});

test('room-server: ping is answered with the time', async () => {
  using ada = await connect('n1');
  ada.emit('ping');
  expect(await ada.next('pong')).toEqual({ timestamp: epochMs });
});

test('room-server: a disconnect is told to the others', async () => {
  const { ada, bob } = await meet();
  using _ = ada;
  const socketId = bob.id;
  bob[Symbol.dispose]();
  expect(await ada.next('user-disconnected')).toEqual({
    userId: 'bob',
    socketId,
    timestamp: isoTime,
    reason: expect.any(String),
  });
});

test.each(['query', 'root'] as const)('room-server: is also spoken by %s', async (by) => {
  using ada = await connect('n1', by);
  ada.emit('ping');
  expect(await ada.next('pong')).toEqual({ timestamp: epochMs });
});
