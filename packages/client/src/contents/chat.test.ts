import type { ChatMessage, CommandPayload } from '@switchboard/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refused } from '../testing/fake-cluster.ts';
import { at, peer, snapshot, someone } from '../testing/samples.ts';
import { letIn, startInRoom } from '../testing/started-client.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const said = (id: string, from = 'b'): ChatMessage =>
  ({ id, from: peer(from), text: id, at: 1 }) as ChatMessage;

const start = async () => {
  const started = await startInRoom(someone('b'));
  const heard: string[] = [];
  started.room.chat.on('message', ({ id }) => heard.push(id));
  /** What the cluster has, the oldest first. */
  const log: ChatMessage[] = [];
  started.cluster.answers['chat:history'] = ({ limit = 100 }) => ({
    ok: true,
    messages: log.slice(-limit),
  });
  return { ...started, heard, log };
};
type Started = Awaited<ReturnType<typeof start>>;

/** From now on what is sent is in the log; `rev` is told. */
const take = ({ cluster, log }: Started, rev = 2) => {
  cluster.answers['chat:send'] = ({ messageId, text }: CommandPayload<'chat:send'>) => {
    const message = { ...said(messageId, 'me'), text };
    if (!log.some(({ id }) => id === messageId)) log.push(message);
    return { ok: true, message, ...at(rev) };
  };
};

const state = (rev: number, messages: number, incarnation?: string) => ({
  ...snapshot(rev, [someone('b'), someone('me')], incarnation),
  messages,
});

const settle = () => vi.advanceTimersByTimeAsync(0);

test('what others say is told once, and what oneself says is not', async () => {
  const started = await start();
  const { cluster, room, heard } = started;
  take(started);
  const sent = await room.chat.send('  hello\n');
  expect(sent).toMatchObject({ from: 'me', text: 'hello' });
  cluster.say('chat:message', { ...at(3), message: said('one') });
  cluster.say('chat:message', { ...at(3), message: said('one') });
  expect(heard).toEqual(['one']);
});

test('an answer does not keep earlier events from being heard', async () => {
  const started = await start();
  const { cluster, room, heard, told } = started;
  take(started, 5);
  await room.chat.send('hello');
  cluster.say('chat:message', { ...at(3), message: said('one') });
  cluster.say('participant:joined', { ...at(4), participant: someone('c') });
  expect([heard, told]).toEqual([['one'], ['c joined']]);
});

test('SPEC 11.5: a message that was not answered is sent again, under the same id', async () => {
  const started = await start();
  const { cluster, room } = started;
  cluster.answers['chat:send'] = () => refused('unavailable', true);
  const sending = room.chat.send('hello');
  await settle();
  cluster.drop();
  await vi.advanceTimersByTimeAsync(2_000);
  cluster.welcome(peer('me'), true);
  take(started);
  await vi.advanceTimersByTimeAsync(5_000);
  await expect(sending).resolves.toMatchObject({ text: 'hello' });
  const ids = cluster.received
    .filter(([command]) => command === 'chat:send')
    .map(([, payload]) => (payload as CommandPayload<'chat:send'>).messageId);
  expect(ids.length).toBeGreaterThan(1);
  expect(new Set(ids).size).toBe(1);
});

test('one that the former self had sent, unanswered, is found', async () => {
  const started = await start();
  const { cluster, room, log } = started;
  const sending = room.chat.send('hello');
  const [, payload] = cluster.received.at(-1) as [string, CommandPayload<'chat:send'>];
  log.push(said(payload.messageId, 'me'));
  cluster.drop();
  letIn(cluster, 'me again', 7, [someone('b')]);
  cluster.answers['chat:send'] = () => refused('invalid_argument', false);
  cluster.welcome(peer('me again'));
  await vi.advanceTimersByTimeAsync(2_000);
  await expect(sending).resolves.toMatchObject({ from: 'me', id: payload.messageId });
});

test('a refusal for good is thrown at once, and there is an end to patience', async () => {
  const { cluster, room } = await start();
  cluster.answers['chat:send'] = () => refused('forbidden', false);
  await expect(room.chat.send('hello')).rejects.toMatchObject({ code: 'forbidden' });
  cluster.answers['chat:send'] = () => refused('unavailable', true);
  const outcome = expect(room.chat.send('hello')).rejects.toMatchObject({ code: 'unavailable' });
  await vi.advanceTimersByTimeAsync(40_000);
  await outcome;
});

test('SPEC 11.6: what was missed is read when the room says so, in order, before what follows', async () => {
  const { cluster, heard, log } = await start();
  cluster.say('chat:message', { ...at(2), message: said('one') });
  delete cluster.answers['chat:history'];
  cluster.say('room:state', state(6, 4));
  cluster.say('chat:message', { ...at(7), message: said('five') });
  expect(heard).toEqual(['one']);
  log.push(...['one', 'two', 'three', 'four', 'five'].map((id) => said(id)));
  // The first question gets no answer in time.
  cluster.answers['chat:history'] = ({ limit = 100 }) => ({
    ok: true,
    messages: log.slice(-limit),
  });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(heard).toEqual(['one', 'two', 'three', 'four', 'five']);
  cluster.received.length = 0;
  cluster.say('room:state', state(8, 5));
  await settle();
  expect(cluster.received).toEqual([]);
});

test('SPEC 11.6: a room that says that nothing was missed is believed', async () => {
  const { cluster } = await start();
  cluster.say('chat:message', { ...at(2), message: said('one') });
  cluster.say('room:state', state(3, 1));
  await settle();
  expect(cluster.received).toEqual([]);
});

test('after a reconnection as somebody new, and in a new life, what was missed is read', async () => {
  const { cluster, heard, log } = await start();
  cluster.drop();
  log.push(said('one'), said('two'));
  cluster.answers['room:join'] = () => ({
    ok: true,
    peerId: peer('me again'),
    room: { ...state(9, 2), participants: [someone('me again')] },
  });
  cluster.welcome(peer('me again'));
  await settle();
  expect(heard).toEqual(['one', 'two']);
  log.splice(0, 2, said('three'));
  cluster.say('room:state', state(1, 1, 'second life'));
  await settle();
  expect(heard).toEqual(['one', 'two', 'three']);
});

test('a room that is left is heard of no more', async () => {
  const { cluster, room, heard, log } = await start();
  cluster.answers['chat:history'] = () => refused('unavailable', true);
  cluster.say('room:state', state(6, 4));
  log.push(said('one'));
  room.leave().catch(() => undefined);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(heard).toEqual([]);
  await expect(room.chat.send('hello')).rejects.toMatchObject({ code: 'closed' });
});
