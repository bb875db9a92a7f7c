import { type DialectName, dialectNames, dialects } from '@switchboard/dialects';
import { SignalingError } from '@switchboard/protocol';
import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import { issueToken } from './issue-token.ts';
import { attendInDialect } from './meeting/driver.ts';
import { phrasebooks } from './meeting/drivers.ts';
import { anyRoom, appointmentRoom, internalSecret, names } from './meeting/rooms.ts';
import { sdk } from './meeting/sdk.ts';
import { carepulse } from './refusals/carepulse.ts';
import { healthconnect } from './refusals/healthconnect.ts';
import { remoteAssist } from './refusals/remote-assist.ts';
import { roomServer } from './refusals/room-server.ts';
import type { Emission, Fault, Refusals, Row, Scene } from './refusals/row.ts';
import { videoCall } from './refusals/video-call.ts';

const refusals: { readonly [K in DialectName]: Refusals } = {
  healthconnect,
  'room-server': roomServer,
  'video-call': videoCall,
  'remote-assist': remoteAssist,
  carepulse,
};

let cluster: Cluster;

beforeAll(async () => {
  const env = {
    AUTH_MODE: 'open',
    INTERNAL_SECRET: internalSecret,
    JWT_SECRET: 'what-the-tokens-of-this-test-are-signed-with',
  };
  cluster = await startNodes({ nodes: 2, env });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const faults: readonly Fault[] = ['malformed', 'forbidden', 'out of order'];
const nowhere: Scene = { roomId: 'r', userId: 'u', other: { peerId: 'p', userId: 'o' } };

test.each(dialectNames)('%s: every event has a row for every way to be wrong', (name) => {
  const { rows, exempt } = refusals[name];
  const missing = Object.keys(dialects[name].decode).flatMap((event) =>
    faults
      .filter((fault) => !exempt[event]?.includes(fault))
      .filter((fault) => !rows.some((row) => row.fault === fault && eventOf(row) === event))
      .map((fault) => `${event}: ${fault}`),
  );
  expect(missing).toEqual([]);
});

const eventOf = (row: Row): string => row.emission(nowhere)[0];

const cases = dialectNames.flatMap((name) =>
  refusals[name].rows.map((row) => ({
    ...{ name, row, fault: row.fault, stage: row.stage },
    what: JSON.stringify(row.emission(nowhere)).slice(0, 90),
  })),
);

describe.each(cases)('$name: $fault, $stage: $what', ({ name, row }) => {
  test('is answered as the dialect does, and nothing happens', async () => {
    const roomId = await (dialects[name].meetsIn === 'appointments' ? appointmentRoom : anyRoom)(
      cluster,
    );
    using other = await sdk.attend(cluster.node('n1').url, names.doer);
    await other.join(roomId);
    const actor = await act(name, row, roomId);
    using _ = actor;
    const { client } = actor;
    const scene: Scene = { roomId, userId: names.watcher, other: other.address };
    if (row.stage !== 'connected') {
      await actor.join(roomId);
      await other.told.first(({ kind }) => kind === 'join', 'the actor');
    }
    if (row.stage === 'gone from the room') {
      const { leave } = refusals[name];
      if (!leave) throw new Error(`${name} has no word for leaving`);
      client.emit(...leave(scene));
      await other.told.first(({ kind }) => kind === 'leave', 'the actor to leave');
    }
    const before = [...other.told.seen];

    expect(await answersTo(client.socket, row.emission(scene))).toEqual(
      row.isQuiet ? [] : [{ message: expect.any(String) }],
    );
    expect(client.socket.connected).toBe(true);

    // The node goes on: another client comes into the room, and is heard there.
    using next = await attendInDialect(name, phrasebooks[name], {
      ...{ url: cluster.node('n2').url, userId: names.watcher },
    });
    await next.join(roomId);
    const offer = { kind: 'offer', data: { type: 'offer', sdp: 'v=0\r\n' } } as const;
    await next.act(offer, other.address);
    await other.told.first(({ kind }) => kind === 'offer', 'an offer');
    expect(other.told.seen).toEqual([...before, { kind: 'join', userId: names.watcher }, offer]);
  });
});

/** The one who does what is wrong. */
async function act(name: DialectName, { isVouched }: Row, roomId: string) {
  const url = cluster.node('n2').url;
  const grants = { rooms: [roomId], create: true };
  const claims = { sub: names.watcher, grants };
  const token = isVouched && (await issueToken(url, internalSecret, claims));
  const how = { url, userId: names.watcher, ...(token !== undefined && { token }) };
  return attendInDialect(name, phrasebooks[name], how);
}

const noSuchEvent = new SignalingError('unknown_command').message;

interface Listening {
  on(event: 'error', listener: (error: unknown) => void): unknown;
  off(event: 'error', listener: (error: unknown) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
}

/** The errors by which an event is answered, which come before that of the next event. */
async function answersTo(socket: Listening, emission: Emission): Promise<unknown[]> {
  const errors: unknown[] = [];
  const isOver = Promise.withResolvers<void>();
  const listen = (error: unknown) => {
    errors.push(error);
    const { message } = error as { message: string };
    if (message === noSuchEvent) isOver.resolve();
  };
  socket.on('error', listen);
  socket.emit(...(emission as [string, ...unknown[]]));
  socket.emit('no-such-event');
  await isOver.promise;
  socket.off('error', listen);
  return errors.slice(0, -1);
}
