import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { envelope, openCore } from '../test/open-core.ts';
import { left, node, peer, rebound, room, stateOf } from '../test/samples.ts';
import type { NodeMessage } from './ports/bus.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** As long as a node may take to say that it has nothing more for somebody. */
const flushMs = 300;
/** As long as a claimed session may take to say in its rooms where it is. */
const moveMs = 1_000;
/** bob, at n2, was there before ada. */
const withBob = stateOf(2, ['bob@1@n2', 'ada@2']);

const returned = (data: number, attempt: 1 | 2 = 1): NodeMessage => ({
  type: 'not-here',
  signal: { ...envelope('ada', 'bob', { rev: 2, seat: 1, data, attempt }), origin: node('n1') },
  node: node('n2'),
});
const flushed: NodeMessage = { type: 'flushed', room, peerId: peer('bob'), node: node('n2') };

async function open() {
  const core = await openCore();
  const ada = await core.enter('ada', withBob);
  const say = (data: number) => expect(core.signal(ada, 'bob', data)).toEqual({ result: {} });
  /** What went where since this was asked last. */
  const went = () =>
    core.sent.splice(0).map(({ to, message }) => {
      const what = message.type === 'signal' ? message.signal.data : message.type;
      return `${String(what)} to ${to}`;
    });
  return { ...core, ada, say, went };
}

test('SPEC 4.2: what is sent after the news of a move waits for what was sent before', async () => {
  const { handler, observer, say, went } = await open();
  say(1);
  handler.onRoomEvent(rebound(3, 'bob', 'n3'));
  for (const number of [2, 3]) say(number);
  expect(went()).toEqual(['1 to n2', 'flush to n2']);
  handler.onMessage(flushed);
  expect(went()).toEqual(['2 to n3', '3 to n3']);
  say(4);
  expect(went()).toEqual(['4 to n3']);
  expect(observer.held).toBe(2);
});

test('SPEC 4.2: and behind what has come back', async () => {
  const { rooms, handler, say, went } = await open();
  for (const number of [1, 2]) say(number);
  handler.onRoomEvent(rebound(3, 'bob', 'n3'));
  say(3);
  went();
  for (const number of [1, 2]) handler.onMessage(returned(number));
  handler.onMessage(flushed);
  expect(went()).toEqual(['1 to n3', '2 to n3', '3 to n3']);
  // Where bob is was known.
  expect(rooms.reads).toHaveLength(0);
});

test('of a node that is dead nothing is waited for for long', async () => {
  const { handler, say, went } = await open();
  handler.onRoomEvent(rebound(3, 'bob', 'n3'));
  say(1);
  await vi.advanceTimersByTimeAsync(flushMs - 1);
  expect(went()).toEqual(['flush to n2']);
  await vi.advanceTimersByTimeAsync(1);
  expect(went()).toEqual(['1 to n3']);
});

test('SPEC 4.2: what comes back before the news of the move is kept for it', async () => {
  const { rooms, handler, settled, say, went } = await open();
  for (const number of [1, 2]) say(number);
  handler.onMessage(returned(1));
  rooms.reads[0]?.resolve(withBob);
  await settled();
  say(3);
  handler.onMessage(returned(2));
  went();
  handler.onRoomEvent(rebound(3, 'bob', 'n3'));
  expect(went()).toEqual(['flush to n2']);
  handler.onMessage(flushed);
  expect(went()).toEqual(['1 to n3', '2 to n3', '3 to n3']);
});

test('SPEC 4.5: and has failed when the receiver leaves instead', async () => {
  const { rooms, handler, settled, say, toldTo } = await open();
  say(1);
  handler.onMessage(returned(1));
  rooms.reads[0]?.resolve(withBob);
  await settled();
  expect(toldTo('ada')).toEqual([]);
  handler.onRoomEvent(left(3, 'bob'));
  expect(toldTo('ada')).toEqual(['left bob 3', 'signal to bob failed: peer_unreachable']);
});

test('what comes back is tried once more where it was when no news of a move comes', async () => {
  const { rooms, handler, settled, say, went } = await open();
  say(1);
  handler.onMessage(returned(1));
  rooms.reads[0]?.resolve(withBob);
  await settled();
  went();
  await vi.advanceTimersByTimeAsync(moveMs);
  expect(went()).toEqual(['1 to n2']);
});

test('what waits is bounded', async () => {
  const { handler, say, went, toldTo } = await open();
  handler.onRoomEvent(rebound(3, 'bob', 'n3'));
  went();
  for (let number = 0; number < 257; number += 1) say(number);
  const failed = () => toldTo('ada').filter((told) => told.includes('failed'));
  expect(failed()).toHaveLength(1);
  handler.onMessage(flushed);
  expect(went()).toHaveLength(256);
});

test('a relay waits as a signal does', async () => {
  const { ada, handler, relay, went, sent } = await open();
  handler.onRoomEvent(rebound(3, 'bob', 'n3'));
  went();
  expect(relay(ada)).toEqual({ result: {} });
  expect(went()).toEqual([]);
  handler.onMessage(flushed);
  expect(sent).toMatchObject([
    { to: 'n3', message: { type: 'relay', relay: { to: [{ peerId: 'bob' }] } } },
  ]);
});

test('who is asked hands over what it has kept, and then says that there is no more', async () => {
  const { core, ada, handler, went } = await open();
  void core.connectionLost(ada);
  handler.onMessage({ type: 'signal', signal: envelope('bob', 'ada', { rev: 1, seat: 2 }) });
  // The fence has yet to come.
  const question = { room, peerId: peer('ada'), epoch: 2, node: node('n3'), origin: node('n2') };
  handler.onMessage({ type: 'flush', ...question });
  expect(went()).toEqual(['handover to n3', 'flushed to n2']);
});

test('without a way out nothing waits', async () => {
  const { wire, handler, ada, signal } = await open();
  wire.isOpen = false;
  handler.onRoomEvent(rebound(3, 'bob', 'n3'));
  expect(signal(ada, 'bob')).toEqual({ refusal: 'unavailable' });
});
