import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PeerId } from '../index.ts';
import { at, peer, roomId, someone } from '../testing/samples.ts';
import { startInRoom } from '../testing/started-client.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const start = async () => {
  const started = await startInRoom(someone('b'), someone('c'));
  const heard: [PeerId, boolean][] = [];
  started.room.typing.on('changed', ({ peerId, isTyping }) => heard.push([peerId, isTyping]));
  const says = (from: string, isTyping: boolean) =>
    started.cluster.say('chat:typing', { roomId, from: peer(from), isTyping });
  return { ...started, heard, says };
};

test('SPEC 11.2: who is typing is so until they say otherwise, or nothing for ten seconds', async () => {
  const { room, heard, says } = await start();
  says('b', true);
  says('c', true);
  await vi.advanceTimersByTimeAsync(9_000);
  says('b', true);
  await vi.advanceTimersByTimeAsync(2_000);
  expect([...room.typing.peers]).toEqual(['b']);
  says('b', false);
  says('b', false);
  expect(heard).toEqual([
    ['b', true],
    ['c', true],
    ['c', false],
    ['b', false],
  ]);
});

test('who has said it, or has gone, is typing no more', async () => {
  const { cluster, room, says } = await start();
  says('b', true);
  says('c', true);
  const message = { id: 'm', from: peer('b'), text: 'there', at: 1 };
  cluster.say('chat:message', { ...at(2), message } as never);
  expect([...room.typing.peers]).toEqual(['c']);
  cluster.say('participant:reconnecting', { ...at(3), peerId: peer('c') });
  expect([...room.typing.peers]).toEqual([]);
});

test('that one is typing is said again often enough, and no more often', async () => {
  const { cluster, room } = await start();
  for (let key = 0; key < 90; key++) {
    room.typing.set(true);
    await vi.advanceTimersByTimeAsync(100);
  }
  room.typing.set(false);
  room.typing.set(false);
  const said = cluster.received.map(([, payload]) => payload);
  expect(said).toEqual([true, true, true, false].map((isTyping) => ({ roomId, isTyping })));
});
