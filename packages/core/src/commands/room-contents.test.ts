import { AnnotationId, MessageId } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCore } from '../../test/open-core.ts';
import { joined, peer, room, stateOf, userOf } from '../../test/samples.ts';

const { roomId } = room;
const messageId = MessageId.parse('m1');
const id = AnnotationId.parse('a1');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Ada in the room, and one who is not. */
async function start() {
  const opened = await openCore();
  const ada = await opened.enter('ada', stateOf(1, ['ada']));
  const eve = await opened.open('eve');
  return { ...opened, ada, eve };
}

describe('SPEC 11.4: a message', () => {
  test('is sent under the name that its sender has in the room', async () => {
    const { chat, execute, settled, enter } = await openCore();
    const state = stateOf(1, ['ada']);
    const [member] = state.members;
    if (!member) throw new Error('nobody is in the room');
    const participant = { ...member.participant, name: 'Ada' };
    const ada = await enter('ada', { ...state, members: [{ ...member, participant }] });
    const answer = execute(ada, 'chat:send', { roomId, messageId, text: 'hello' });
    await settled();
    const message = { id: 'm1', from: 'ada', name: 'Ada', text: 'hello' };
    expect(chat.sent).toMatchObject([{ room, binding: { peerId: 'ada', epoch: 1 }, message }]);
    expect(answer.result).toEqual({
      message: { ...message, at: 1 },
      incarnation: 'first',
      rev: 9,
    });
  });

  test('right behind a join waits for the view to show its sender', async () => {
    const { chat, handler, settled, enter, execute } = await openCore();
    await enter('cy', stateOf(1, ['cy']));
    const ada = await enter('ada', stateOf(3, ['cy', 'bob@2', 'ada@3']));
    execute(ada, 'chat:send', { roomId, messageId, text: 'hello' });
    await settled();
    expect(chat.sent).toHaveLength(0);
    for (const event of [joined(2, 'bob'), joined(3, 'ada')]) handler.onRoomEvent(event);
    await settled();
    expect(chat.sent).toHaveLength(1);
  });

  test.each([
    ['taken', 'invalid_argument'],
    ['not-member', 'not_in_room'],
  ] as const)('that is %s is refused with %s', async (otherwise, code) => {
    const { chat, execute, settled, ada } = await start();
    chat.otherwise = otherwise;
    const answer = execute(ada, 'chat:send', { roomId, messageId, text: 'hello' });
    await settled();
    expect(answer).toEqual({ refusal: code });
  });

  test('of somebody else is told as a change of the room, and counted', async () => {
    const { handler, execute, settled, join, ada, toldTo } = await start();
    const { incarnation } = stateOf(1, []);
    const message = { id: messageId, from: peer('bob'), text: 'hello', at: 1 };
    handler.onRoomEvent(joined(2, 'bob'));
    handler.onRoomEvent({ room, incarnation, rev: 3, change: { type: 'message-sent', message } });
    const annotation = { id, by: peer('bob'), data: 1, at: 1 };
    const put = { type: 'annotation-put', annotation, annotations: 1 } as const;
    handler.onRoomEvent({ room, incarnation, rev: 4, change: put });
    const own = { ...put, annotation: { ...annotation, by: peer('ada') }, annotations: 2 };
    handler.onRoomEvent({ room, incarnation, rev: 5, change: own });
    expect(toldTo('ada')).toEqual([
      'joined bob 2',
      'message m1 from bob 3',
      'annotation a1 by bob 4',
    ]);
    const again = join(ada);
    await settled();
    expect(again.result?.room).toMatchObject({ rev: 5, messages: 1, annotations: 2 });
    expect(execute(ada, 'room:leave', { roomId })).toEqual({});
  });
});

test('SPEC 11.6: the history is read as it is asked for', async () => {
  const { chat, execute, settled, ada } = await start();
  const message = { id: messageId, from: peer('bob'), text: 'hello', at: 1 };
  chat.messages = [message];
  const answer = execute(ada, 'chat:history', { roomId, limit: 7, before: messageId });
  await settled();
  expect(answer.result).toEqual({ messages: [message] });
  expect(chat.reads).toMatchObject([{ room, before: 'm1', limit: 7 }]);
  chat.messages = null;
  const gone = execute(ada, 'chat:history', { roomId, limit: 7 });
  await settled();
  expect(gone).toEqual({ refusal: 'not_in_room' });
});

test('SPEC 12.1: an annotation too many is refused', async () => {
  const { annotations, execute, settled, ada } = await start();
  annotations.otherwise = 'full';
  const answer = execute(ada, 'annotation:put', { roomId, id, data: null });
  await settled();
  expect(answer).toEqual({ refusal: 'too_many_annotations' });
});

test('SPEC 12.2: to remove an annotation that is not there is no error', async () => {
  const { annotations, execute, settled, ada } = await start();
  const removed = execute(ada, 'annotation:remove', { roomId, id });
  annotations.isAbsent = true;
  const absent = execute(ada, 'annotation:remove', { roomId, id });
  await settled();
  expect([removed.result, absent.result]).toEqual([{ incarnation: 'first', rev: 9 }, {}]);
});

describe('who is not in the room', () => {
  test.each([
    ['chat:send', { roomId, messageId, text: 'hello' }],
    ['chat:history', { roomId, limit: 1 }],
    ['annotation:put', { roomId, id, data: null }],
    ['annotation:remove', { roomId, id }],
    ['annotation:list', { roomId }],
  ] as const)('is refused %s', async (name, input) => {
    const { execute, settled, eve, chat, annotations } = await start();
    const answer = execute(eve, name, input as never);
    await settled();
    expect(answer).toEqual({ refusal: 'not_in_room' });
    expect([chat.sent, chat.reads, annotations.puts]).toEqual([[], [], []]);
  });
});

test('SPEC 7.7: who may not annotate still sees annotations', async () => {
  const { enter, execute, settled } = await openCore();
  const ada = await enter('ada', stateOf(1, ['ada']), userOf('ada', { rooms: ['*'] }));
  const put = execute(ada, 'annotation:put', { roomId, id, data: null });
  const list = execute(ada, 'annotation:list', { roomId });
  await settled();
  expect([put, list]).toEqual([{ refusal: 'forbidden' }, { result: { annotations: [] } }]);
});
