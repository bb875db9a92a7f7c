import { randomUUID } from 'node:crypto';
import { startCluster } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { DialectClient } from './dialect-client.ts';

/** For each dialect, how one comes into a room and speaks there, and what others learn of it. */
const dialects = {
  healthconnect: {
    join: (roomId: string, userId: string) => [{ roomId, userId }],
    came: 'user-joined',
    went: 'user-left',
    left: (id: string): unknown => expect.objectContaining({ socketId: id }),
    chat: {
      say: (roomId: string, message: string) => ({
        event: 'call-message',
        payload: { roomId, message },
      }),
      heard: 'call-message',
    },
  },
  'room-server': {
    join: (roomId: string, userId: string) => [roomId, userId],
    came: 'user-connected',
    went: 'user-disconnected',
    left: (id: string): unknown => expect.objectContaining({ socketId: id, userId: 'eve' }),
    chat: {
      say: (_: string, message: string) => ({
        event: 'send-message',
        payload: { message },
      }),
      heard: 'new-message',
    },
  },
  carepulse: {
    join: (roomId: string, userId: string) => [roomId, userId],
    came: 'user-connected',
    went: 'user-disconnected',
    left: (): unknown => 'eve',
    chat: null,
  },
} as const;

const names = Object.keys(dialects) as (keyof typeof dialects)[];

test.each(names)(
  '%s: the death of a node is noticed by nobody, and who comes back is told what has happened',
  { timeout: 60_000 },
  async (dialect) => {
    await using cluster = await startCluster({ nodes: 2 });
    const { join, came, went, left, chat } = dialects[dialect];
    const roomId = randomUUID();
    /** The balancer chooses, the one with the fewest: those sent to the wrong node stay on. */
    using spare = new DisposableStack();
    const connect = async (node: string) => {
      for (let attempt = 0; attempt < 20; attempt += 1) {
        const options = { dialect, ca: cluster.certificate };
        const client = await DialectClient.connect(cluster.url, options);
        if (client.node === node) return client;
        spare.use(client);
      }
      throw new Error(`the balancer sent nobody to ${node}`);
    };
    const enter = async (client: DialectClient, userId: string) => {
      const isKept = client.toBringAlong(userId);
      client.emit('join-room', ...join(roomId, userId));
      await isKept;
    };
    using ada = await connect('n1');
    using eve = await connect('n1');
    using bob = await connect('n2');
    await enter(ada, 'ada');
    await enter(eve, 'eve');
    await enter(bob, 'bob');
    await Promise.all([ada.next(came), ada.next(came), eve.next(came)]);
    const [bobId, eveId] = [bob.id, eve.id];

    const lost = new Promise<void>((resolve) => bob.socket.once('disconnect', () => resolve()));
    const back = new Promise<void>((resolve) => bob.socket.once('connect', () => resolve()));
    await cluster.node('n2').kill();
    await lost;
    if (chat) {
      const { event, payload } = chat.say(roomId, 'while Bob was away');
      eve.emit(event, payload);
      await ada.next(chat.heard);
    }
    eve[Symbol.dispose]();
    expect(await ada.next(went)).toEqual(left(eveId));
    await back;
    expect([bob.socket.recovered, bob.id]).toEqual([true, bobId]);
    expect(await bob.next(went)).toEqual(left(eveId));
    if (chat) expect(await bob.next(chat.heard)).toMatchObject({ message: 'while Bob was away' });
    for (const event of [came, went, chat?.heard]) expect(bob.untaken).not.toContain(event);
    expect(ada.untaken).not.toContain(went);
    expect(ada.untaken).not.toContain(came);
  },
);
