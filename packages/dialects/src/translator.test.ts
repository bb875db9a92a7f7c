import { ChatMessage, SignalingError, UserId } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { roomServer } from './room-server/index.ts';
import { bobId, FakeNode, participant, roomWith } from './testing/fake-node.ts';
import { Translator } from './translator.ts';

const stateOf = (peerIds: readonly string[], messages = 0) =>
  roomWith(
    peerIds.map((each) => participant(each)),
    messages,
  );

const message = (id: string, from = 'ada') =>
  ChatMessage.parse({ id, from, userId: from, text: `text of ${id}`, at: 2_000 });

const joined = async () => ({ peerId: bobId, room: stateOf(['ada', 'bob', 'eve']) });
const identified = async () => ({ userId: UserId.parse('bob') });

async function join(): Promise<FakeNode> {
  const node = new FakeNode({ 'room:join': joined, 'session:identify': identified });
  new Translator(roomServer, node).receive('join-room', ['room', 'bob']);
  await expect.poll(() => node.told.map(([event]) => event)).toEqual(['room-joined']);
  return node;
}

const heard = ({ told }: FakeNode) =>
  told
    .filter(([event]) => event === 'new-message')
    .map(([, payload]) => (payload as { readonly id: string }).id);

test('a client that comes back to another node is told who has left meanwhile', async () => {
  const { note } = await join();
  const node = new FakeNode({});
  new Translator(roomServer, node, note).tell('room:state', stateOf(['ada', 'bob']));
  expect(node.told).toEqual([
    ['user-disconnected', expect.objectContaining({ userId: 'eve', socketId: 'eve' })],
  ]);
  // Coming back once more it is not told again.
  const later = new FakeNode({});
  new Translator(roomServer, later, node.note).tell('room:state', stateOf(['ada', 'bob']));
  expect(later.told).toEqual([]);
});

test('messages that it has missed are read, in front of those that come meanwhile', async () => {
  const { note } = await join();
  const history = Promise.withResolvers<{ messages: ChatMessage[] }>();
  const node = new FakeNode({ 'chat:history': () => history.promise });
  const translator = new Translator(roomServer, node, note);
  const room = stateOf(['ada', 'bob', 'eve'], 2);
  translator.tell('room:state', room);
  const { roomId, incarnation } = room;
  for (const id of ['m3', 'm4']) {
    translator.tell('chat:message', { roomId, incarnation, rev: 2, message: message(id) });
  }
  expect(heard(node)).toEqual([]);
  // By the time of the reading one more had been sent.
  history.resolve({ messages: ['m1', 'm2', 'm3'].map((id) => message(id)) });
  await expect.poll(() => heard(node)).toEqual(['m1', 'm2', 'm3', 'm4']);
  translator.tell('room:state', stateOf(['ada', 'bob', 'eve'], 4));
  expect(node.refused).toEqual([]);
});

test('when they cannot be read, those that come are told all the same', async () => {
  const { note } = await join();
  const node = new FakeNode({
    'chat:history': () => Promise.reject(new SignalingError('unavailable')),
  });
  const translator = new Translator(roomServer, node, note);
  const room = stateOf(['ada', 'bob', 'eve'], 1);
  translator.tell('room:state', room);
  const { roomId, incarnation } = room;
  translator.tell('chat:message', { roomId, incarnation, rev: 2, message: message('m2') });
  await expect.poll(() => heard(node)).toEqual(['m2']);
  expect(node.refused).toEqual(['unavailable']);
});
