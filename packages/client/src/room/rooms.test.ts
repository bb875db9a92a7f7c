import { Instance, type PeerId } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { refused } from '../testing/fake-cluster.ts';
import { at, life, peer, roomId, snapshot, someone } from '../testing/samples.ts';
import { letIn, start, startInRoom } from '../testing/started-client.ts';

const { startedAt: _, ...begun } = snapshot(1, [someone('me')]);
const waiting = { ...begun, status: 'waiting' as const };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('a room', () => {
  test('knows what came right behind the answer to its join', async () => {
    const { cluster, client } = start();
    void client.connect();
    cluster.welcome(peer('me'));
    letIn(cluster, 'me', 1, []);
    const joining = client.join('room');
    cluster.say('participant:joined', { ...at(2), participant: someone('b') });
    cluster.say('signal', { roomId, from: peer('b'), kind: 'custom', data: 'hello' });
    const room = await joining;
    const heard = vi.fn();
    room.on('signal', heard);
    await Promise.resolve();
    expect(room.others.map(({ peerId }) => peerId)).toEqual(['b']);
    expect(heard.mock.calls).toEqual([[{ from: 'b', kind: 'custom', data: 'hello' }]]);
  });

  test('tells of others, and not of oneself', async () => {
    const { cluster, room, told } = await startInRoom();
    cluster.say('participant:joined', { ...at(2), participant: someone('b') });
    cluster.say('participant:reconnecting', { ...at(3), peerId: peer('b') });
    expect(room.participants.get(peer('b'))?.connected).toBe(false);
    cluster.say('participant:updated', {
      ...at(4),
      peerId: peer('me'),
      media: someone('me').media,
    });
    cluster.say('participant:left', { ...at(5), peerId: peer('b'), reason: 'left' });
    expect(told).toEqual(['b joined', 'b updated', 'b left']);
  });

  test('tells of a signal that failed, unless it is sent again anyway', async () => {
    const streaming = someone('b', { instance: Instance.parse('b1') });
    const { cluster, room } = await startInRoom(streaming, someone('c'));
    const failed: PeerId[] = [];
    room.on('signalFailed', ({ to }) => failed.push(to));
    const unavailable = { code: 'unavailable' as const, message: '', retryable: true };
    for (const to of [peer('b'), peer('c')]) {
      cluster.say('signal:failed', { roomId, to, kind: 'custom', error: unavailable });
    }
    expect(failed).toEqual(['c']);
  });

  test('shows the media that was acknowledged', async () => {
    const { cluster, room } = await startInRoom();
    const media = { camera: false, microphone: true, screen: false };
    cluster.answers['media:update'] = () => ({
      ok: true,
      media,
      incarnation: life('first life'),
      rev: 2,
    });
    await expect(room.setMedia({ camera: false, microphone: true })).resolves.toEqual(media);
    expect(room.self.media).toEqual(media);
  });

  test('that is left is heard of no more', async () => {
    const { cluster, client, room, told } = await startInRoom(someone('b'));
    const leaving = room.leave();
    cluster.say('participant:left', { ...at(5), peerId: peer('b'), reason: 'left' });
    // There is nothing more to wait for when the session is gone.
    cluster.drop();
    await leaving;
    expect(told).toEqual(['over: left']);
    expect(client.rooms).toEqual([]);
    await expect(room.sendSignal(peer('b'), 'custom', 1)).rejects.toMatchObject({ code: 'closed' });
  });

  test('SPEC 10.3: waits until the cluster says that it has begun, or shows it so', async () => {
    for (const say of ['event', 'snapshot']) {
      const { cluster, room } = await startInRoom();
      cluster.say('room:state', { ...waiting, rev: 2 });
      expect([room.status, room.startedAt]).toEqual(['waiting', null]);
      const heard = vi.fn();
      room.on('started', heard);
      const started = { ...at(3), startedAt: 17 };
      if (say === 'event') cluster.say('room:started', started);
      else cluster.say('room:state', { ...snapshot(3, [someone('me')]), startedAt: 17 });
      cluster.say('room:started', started);
      expect([room.status, room.startedAt]).toEqual(['in-progress', 17]);
      expect(heard.mock.calls).toEqual([[{ startedAt: 17 }]]);
    }
  });

  test('SPEC 10.6: that has ended is over, and the client does not come back to it', async () => {
    const { cluster, client, room } = await startInRoom(someone('b'));
    const over = vi.fn();
    room.on('left', over);
    client.endRoom('room').catch(() => undefined);
    expect(cluster.received.at(-1)).toEqual(['room:end', { roomId: 'room' }]);
    cluster.say('room:ended', { ...at(3), by: peer('me') });
    expect(over.mock.calls).toEqual([[{ reason: 'ended', by: 'me' }]]);
    expect(client.rooms).toEqual([]);
    expect(room.status).toBe('ended');
  });

  test('ends when the cluster says so, and only that one', async () => {
    const { cluster, client, told } = await startInRoom();
    cluster.say('membership:ended', { roomId, error: refused('session_replaced', false).error });
    expect(told).toEqual(['over: refused']);
    expect(client.rooms).toEqual([]);
    expect(client.state.state).toBe('connected');
  });

  test('ends with its client', async () => {
    const { client, told } = await startInRoom();
    client.close();
    expect(told).toEqual(['over: closed']);
  });

  test('ends when the cluster sends the client away, with the reason it gave', async () => {
    const { cluster, client, room } = await startInRoom();
    const left = vi.fn();
    room.on('left', left);
    cluster.say('session:ended', { error: refused('session_replaced', false).error });
    cluster.goodbye();
    const error = expect.objectContaining({ code: 'session_replaced' });
    expect(left).toHaveBeenCalledWith({ reason: 'closed', error });
    expect(client.state).toEqual({ state: 'closed', error });
  });
});

describe('after a reconnection', () => {
  test('as somebody new, the room is joined again and tells what is different', async () => {
    const { cluster, room, told } = await startInRoom(someone('b'), someone('c'));
    cluster.drop();
    expect(room.state).toBe('rejoining');
    await room.setMedia({ microphone: true });
    letIn(cluster, 'me again', 7, [someone('c'), someone('d'), someone('me')]);
    cluster.welcome(peer('me again'));
    await vi.advanceTimersByTimeAsync(0);
    expect(cluster.received).toEqual([
      [
        'room:join',
        expect.objectContaining({
          roomId: 'room',
          name: 'me',
          capacity: 4,
          rejoin: 'me',
          media: { camera: true, microphone: true, screen: false },
        }),
      ],
    ]);
    expect(told).toEqual(['back as me again', 'b left', 'd joined']);
    expect(room).toMatchObject({ state: 'joined', rev: 7, self: { peerId: 'me again' } });
    // The cluster has not missed the former self yet.
    expect(room.others.map(({ peerId }) => peerId)).toEqual(['c', 'd']);
    cluster.say('participant:left', { ...at(8), peerId: peer('me'), reason: 'disconnected' });
    expect(told).toHaveLength(3);
  });

  test('as the same one, the room goes on, and the others are told what was set', async () => {
    const { cluster, room, told } = await startInRoom(someone('b'));
    const media = { camera: true, microphone: true, screen: false };
    cluster.answers['media:update'] = () => ({
      ok: true,
      media,
      incarnation: life('first life'),
      rev: 2,
    });
    cluster.drop();
    await room.setMedia({ microphone: true });
    cluster.welcome(peer('me'), true);
    cluster.say('room:state', snapshot(4, [someone('c'), someone('me')]));
    expect(room.state).toBe('joined');
    expect(told).toEqual(['back as me', 'b left', 'c joined']);
    expect(cluster.received).toEqual([['media:update', { roomId: 'room', media }]]);
    expect(room.self.media).toEqual(media);
  });

  test('a room full of one’s former self is waited for', async () => {
    const { cluster, room } = await startInRoom();
    cluster.drop();
    cluster.answers['room:join'] = () => refused('room_full', true);
    cluster.welcome(peer('me again'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(room.state).toBe('rejoining');
    letIn(cluster, 'me again', 9, []);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(room.state).toBe('joined');
  });

  test.each([
    ['that will not change ends the room', refused('forbidden', false), 0],
    ['that does not pass in half a minute ends the room', refused('room_full', true), 40_000],
  ])('a refusal %s', async (_, answer, ms) => {
    const { cluster, client, told } = await startInRoom();
    cluster.drop();
    cluster.answers['room:join'] = () => answer;
    cluster.welcome(peer('me again'));
    await vi.advanceTimersByTimeAsync(ms);
    expect(told).toEqual(['over: refused']);
    expect(client.rooms).toEqual([]);
  });

  test('a connection lost during the re-join is no refusal', async () => {
    const { cluster, room } = await startInRoom();
    cluster.drop();
    delete cluster.answers['room:join'];
    cluster.welcome(peer('me again'));
    cluster.drop();
    letIn(cluster, 'me once more', 9, []);
    cluster.welcome(peer('me once more'));
    await vi.advanceTimersByTimeAsync(0);
    expect(room).toMatchObject({ state: 'joined', self: { peerId: 'me once more' } });
  });

  test('a room that was left meanwhile is not joined again, and the cluster is told', async () => {
    const { cluster, room } = await startInRoom();
    cluster.drop();
    await room.leave();
    cluster.welcome(peer('me'));
    await vi.advanceTimersByTimeAsync(0);
    expect(cluster.received).toEqual([['room:leave', { roomId: 'room' }]]);
  });
});
