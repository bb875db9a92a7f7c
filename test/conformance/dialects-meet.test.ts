import { isDeepStrictEqual } from 'node:util';
import { type Call, SwitchboardClient } from '@switchboard/client';
import { dialectNames } from '@switchboard/dialects';
import { type Cluster, waitUntil } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import { callHttp } from './call-http.ts';
import { DialectClient } from './dialect-client.ts';
import { type Act, abilityFor, wholeCall } from './meeting/act.ts';
import type { Attendee, Driver, Standing } from './meeting/driver.ts';
import { drivers, phrasebooks } from './meeting/drivers.ts';
import {
  anyRoom,
  appointmentRoom,
  callRoom,
  internalSecret,
  names,
  type OpenRoom,
} from './meeting/rooms.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 2, env: { INTERNAL_SECRET: internalSecret } });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

interface Pair {
  readonly doer: string;
  readonly does: Driver;
  readonly watcher: string;
  readonly watches: Driver;
}

const pairs: readonly Pair[] = [...drivers].flatMap(([doer, does]) =>
  [...drivers].map(([watcher, watches]) => ({ doer, does, watcher, watches })),
);

/** Whether the one can say it, and the other has a word for it. */
const isShared = ({ does, watches }: Pair, act: Act): boolean =>
  does.says.includes(abilityFor(act)) && watches.hears.includes(abilityFor(act));

const isToldOf = (watcher: Attendee, act: Act) =>
  watcher.told.first((each) => isDeepStrictEqual(each, act), JSON.stringify(act));

const needsAppointment = ({ does, watches }: Pair): boolean =>
  [does, watches].some(({ meetsIn }) => meetsIn === 'appointments');

const roomFor = (pair: Pair): OpenRoom => (needsAppointment(pair) ? appointmentRoom : anyRoom);

/** The one who watches is in the room, at another node, when the other comes. */
async function meet(pair: Pair, openRoom: OpenRoom) {
  const roomId = await openRoom(cluster);
  const watcher = await pair.watches.attend(cluster.node('n1').url, names.watcher);
  const doer = await pair.does.attend(cluster.node('n2').url, names.doer);
  await watcher.join(roomId);
  await doer.join(roomId);
  return { watcher, doer };
}

/** From joining to leaving: the one who watches is told all that both have words for, in order. */
async function carryCall(pair: Pair, openRoom: OpenRoom): Promise<void> {
  const { watcher, doer } = await meet(pair, openRoom);
  using _ = watcher;
  using __ = doer;
  const { userId } = doer.address;
  const expected: Act[] = [{ kind: 'join', userId }];
  await isToldOf(watcher, { kind: 'join', userId });
  for (const act of wholeCall.filter((each) => isShared(pair, each))) {
    await doer.act(act, watcher.address);
    await isToldOf(watcher, act);
    expected.push(act);
  }
  await doer.leave();
  expected.push({ kind: 'leave', userId });
  await isToldOf(watcher, { kind: 'leave', userId });
  expect(watcher.told.seen).toEqual(expected);
}

test('all ordered pairs are carried, of the SDK and every dialect', () => {
  expect([...drivers.keys()].toSorted()).toEqual(['sdk', ...dialectNames].toSorted());
  expect(pairs).toHaveLength(drivers.size ** 2);
});

describe.each(pairs)('$watcher is told by $doer', (pair) => {
  test('of a whole call, from joining to leaving, in order', () => carryCall(pair, roomFor(pair)));
});

describe.each(pairs)('$watcher is there when $doer comes', (pair) => {
  test('and as the one who was there has it, exactly one of the two offers', async () => {
    const { watcher, doer } = await meet(pair, roomFor(pair));
    using _ = watcher;
    using __ = doer;
    const isJoiner = pair.watches.firstOffer === 'joiner';
    const [offers, waits] = isJoiner ? [doer, watcher] : [watcher, doer];
    await offers.offersTo.first((each) => each === waits.address.userId, 'the one to offer to');
    // By the time that it gets a signal, a newcomer has been told all that coming leads to.
    await isToldOf(watcher, { kind: 'join', userId: doer.address.userId });
    const answer = wholeCall.find(({ kind }) => kind === 'answer');
    if (!answer) throw new Error('a call has an answer');
    await watcher.act(answer, doer.address);
    await isToldOf(doer, answer);
    expect([offers.offersTo.seen, waits.offersTo.seen]).toEqual([[waits.address.userId], []]);
  });
});

/** By which event each tells of somebody who comes, and of what somebody says. */
const tellings = {
  healthconnect: { came: 'user-joined', said: 'call-message' },
  'room-server': { came: 'user-connected', said: 'new-message' },
} as const;
type Telling = keyof typeof tellings;

test.each<[comes: Telling, waits: Telling]>([
  ['healthconnect', 'room-server'],
  ['room-server', 'healthconnect'],
])('%s is introduced to %s once, also when it loses its connection', async (comes, waits) => {
  const roomId = await anyRoom(cluster);
  const doer: Standing = { roomId, userId: names.doer };
  const watcher: Standing = { roomId, userId: names.watcher };
  using first = await DialectClient.connect(cluster.node('n1').url, { dialect: waits });
  using second = await DialectClient.connect(cluster.node('n2').url, { dialect: comes });
  const isIn = first.toBringAlong(roomId);
  first.emit(...phrasebooks[waits].join(watcher));
  await isIn;
  second.emit(...phrasebooks[comes].join(doer));
  await Promise.all([first.next(tellings[waits].came), second.next(tellings[comes].came)]);

  const isBack = new Promise<void>((resolve) => second.socket.once('connect', resolve));
  second.socket.io.engine.close();
  await isBack;
  expect(second.socket.recovered).toBe(true);
  const address = { peerId: second.id, userId: names.doer };
  first.emit(...phrasebooks[waits].say({ kind: 'chat', text: 'still here?' }, address, watcher));
  await second.next(tellings[comes].said);
  expect(second.untaken).not.toContain(tellings[comes].came);
  expect(first.untaken).not.toContain(tellings[waits].came);
});

const ending = pairs.filter((pair) => isShared(pair, { kind: 'end call' }));

describe.each(ending)('$watcher is told by $doer', (pair) => {
  test('that the call is over', async () => {
    const { watcher, doer } = await meet(pair, roomFor(pair));
    using _ = watcher;
    using __ = doer;
    await doer.act({ kind: 'end call' }, watcher.address);
    await isToldOf(watcher, { kind: 'end call' });
  });
});

const assisted = pairs.filter(
  (pair) => [pair.doer, pair.watcher].includes('remote-assist') && !needsAppointment(pair),
);

describe.each(assisted)('$watcher is told by $doer', (pair) => {
  test('of a whole call that a technician has made over HTTP', () => carryCall(pair, callRoom));
});

test('video-call does not come into a call of remote-assist, which is no appointment', async () => {
  const callId = await callRoom(cluster);
  using sdk = await attend('sdk', 'n1', names.watcher);
  await sdk.join(callId);
  using client = await DialectClient.connect(cluster.node('n2').url, { dialect: 'video-call' });
  client.emit('join-room', { roomId: callId, userId: names.doer });
  expect(await client.next('error')).toEqual({ message: expect.any(String) });
  expect(sdk.told.seen).toEqual([]);
});

test('remote-assist reaches somebody who has not said who they are, by their peer id', async () => {
  const roomId = await anyRoom(cluster);
  using nobody = await attend('sdk', 'n1', null);
  using assist = await attend('remote-assist', 'n2', names.doer);
  await nobody.join(roomId);
  await assist.join(roomId);
  const [offer] = wholeCall;
  if (offer?.kind !== 'offer') throw new Error('a call begins with an offer');
  await assist.act(offer, nobody.address);
  await isToldOf(nobody, offer);
});

test.each([true, false])(
  'remote-assist rings a user of the SDK, who accepts: %s',
  async (accepted) => {
    const { url } = cluster.node('n1');
    const callId = await callRoom(cluster);
    using sdk = new SwitchboardClient();
    await sdk.connect({ url, transports: ['websocket'] });
    await sdk.identify({ userId: names.watcher });
    const rings = new Promise<Call>((resolve) => sdk.calls.on('incoming', resolve));
    using assist = await DialectClient.connect(cluster.node('n2').url, {
      dialect: 'remote-assist',
    });
    assist.emit('register', { userId: names.doer });
    assist.emit('call-request', { callId, from: names.doer, to: names.watcher });
    const call = await rings;
    await (accepted ? sdk.calls.accept(call) : sdk.calls.reject(call));
    expect(await assist.next('call-response')).toEqual({ callId, from: names.watcher, accepted });
    const statusOfCall = async () => {
      const { body } = await callHttp(`${url}/api/calls`);
      return (body as CallList).calls.find((each) => each.callId === callId)?.status;
    };
    if (accepted) await sdk.calls.join(call);
    const status = accepted ? 'active' : undefined;
    await waitUntil(statusOfCall, (each) => each === status, { what: `the call to be ${status}` });
  },
);

interface CallList {
  readonly calls: readonly { readonly callId: string; readonly status: string }[];
}

async function attend(name: string, node: 'n1' | 'n2', userId: string | null): Promise<Attendee> {
  const driver = drivers.get(name);
  if (!driver) throw new Error(`there is no ${name}`);
  return driver.attend(cluster.node(node).url, userId);
}
