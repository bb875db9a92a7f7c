import { type DialectName, dialectNames } from '@switchboard/dialects';
import { type Cluster, startCluster } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { DialectClient } from './dialect-client.ts';
import { anyRoom, internalSecret, openAppointment } from './meeting/rooms.ts';

/** What a participant says in a room that whoever was away has to be told of. */
interface Saying {
  readonly say: readonly [event: string, payload: unknown];
  readonly heard: string;
  readonly told: unknown;
}

/** How one comes into a room and speaks there, and what others learn of it. */
interface Row {
  /** Where a room has to be made first. */
  readonly openRoom?: (cluster: Cluster) => Promise<string>;
  readonly join: (roomId: string, userId: string) => readonly [event: string, ...args: unknown[]];
  readonly came: string;
  readonly went: string;
  /** What is told when Eve has left. */
  readonly left: (peerId: string, roomId: string) => unknown;
  /** What Eve says while Bob is away; null where nothing is kept of what anybody says. */
  readonly saying: ((roomId: string) => Saying) | null;
}

const text = 'while Bob was away';

const rows: { readonly [K in DialectName]: Row } = {
  healthconnect: {
    join: (roomId, userId) => ['join-room', { roomId, userId }],
    came: 'user-joined',
    went: 'user-left',
    left: (socketId) => expect.objectContaining({ socketId }),
    saying: (roomId) => ({
      say: ['call-message', { roomId, message: text }],
      heard: 'call-message',
      told: expect.objectContaining({ message: text }),
    }),
  },
  'room-server': {
    join: (roomId, userId) => ['join-room', roomId, userId],
    came: 'user-connected',
    went: 'user-disconnected',
    left: (socketId) => expect.objectContaining({ socketId, userId: 'eve' }),
    saying: () => ({
      say: ['send-message', { message: text }],
      heard: 'new-message',
      told: expect.objectContaining({ message: text }),
    }),
  },
  'video-call': {
    openRoom: (cluster) => openAppointment(cluster, { practitioner: 'eve', patient: 'patient' }),
    // Ada and Bob are one patient, at two devices.
    join: (roomId, user) => ['join-room', { roomId, userId: user === 'eve' ? user : 'patient' }],
    came: 'user-joined',
    went: 'user-left',
    left: () => ({ userId: 'eve' }),
    saying: null,
  },
  'remote-assist': {
    join: (callId, userId) => ['join-call', { callId, userId, role: 'Expert' }],
    came: 'user-joined',
    went: 'user-left',
    left: (_, callId) => ({ userId: 'eve', callId }),
    saying: (callId) => {
      const annotation = { id: 'mark-1', text, x: 0.5, y: 0.25, from: 'eve' };
      return {
        say: ['annotation', { callId, ...annotation }],
        heard: 'annotation',
        told: annotation,
      };
    },
  },
  carepulse: {
    join: (roomId, userId) => ['join-room', roomId, userId],
    came: 'user-connected',
    went: 'user-disconnected',
    left: () => 'eve',
    saying: null,
  },
};

test.each(dialectNames)(
  '%s: the death of a node is noticed by nobody, and who comes back is told what has happened',
  { timeout: 60_000 },
  async (dialect) => {
    await using cluster = await startCluster({
      nodes: 2,
      env: { INTERNAL_SECRET: internalSecret },
    });
    const { openRoom = anyRoom, join, came, went, left, saying } = rows[dialect];
    const roomId = await openRoom(cluster);
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
      const isKept = client.toBringAlong(client.id);
      client.emit(...join(roomId, userId));
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
    const said = saying?.(roomId);
    if (said) {
      eve.emit(...said.say);
      await ada.next(said.heard);
    }
    eve[Symbol.dispose]();
    expect(await ada.next(went)).toEqual(left(eveId, roomId));
    await back;
    expect([bob.socket.recovered, bob.id]).toEqual([true, bobId]);
    expect(await bob.next(went)).toEqual(left(eveId, roomId));
    if (said) expect(await bob.next(said.heard)).toEqual(said.told);
    for (const event of [came, went, said?.heard]) expect(bob.untaken).not.toContain(event);
    expect(ada.untaken).not.toContain(went);
    expect(ada.untaken).not.toContain(came);
  },
);
