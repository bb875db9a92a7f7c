import { randomUUID } from 'node:crypto';
import { type Dialect, type DialectName, dialectNames, dialects } from '@switchboard/dialects';
import { waitUntil } from '@switchboard/testkit';
import { io } from 'socket.io-client';
import { expect, test } from 'vitest';
import type { DialectClient } from '../conformance/dialect-client.ts';
import { abilityFor, callSaying } from '../conformance/meeting/act.ts';
import { type Attendee, attendInDialect } from '../conformance/meeting/driver.ts';
import { phrasebooks } from '../conformance/meeting/drivers.ts';
import { openAppointment } from '../conformance/meeting/rooms.ts';
import { writeUsersFile } from '../conformance/users-file.ts';
import { goThroughRoutes } from './support/marked-requests.ts';
import { Marks } from './support/marks.ts';
import { WatchedNodes } from './support/watched-nodes.ts';

const grants = { rooms: ['*'], create: true, call: true, annotate: true, shareScreen: true };

type Client = Attendee & { readonly client: DialectClient };

/** Two clients of one dialect, at a node each, and their room. */
interface Pair extends AsyncDisposable {
  readonly dialect: Dialect;
  readonly one: Client;
  readonly other: Client;
  readonly roomId: string;
  /** A mark that is this dialect's own. */
  readonly word: (what: string) => string;
}

test.each(['production', 'development'])(
  'in %s, what clients of older protocols say, show and are called is in no log, metric or error',
  async (environment) => {
    const marks = new Marks();
    const [technician, expert] = ['technician', 'expert'].map((who) => ({
      username: marks.of(`name of the ${who}`),
      password: marks.of(`password of the ${who}`),
      role: who === 'technician' ? 'Technician' : 'Expert',
    }));
    if (!technician || !expert) throw new Error('there are two');
    await using users = await writeUsersFile([technician, expert]);
    await using nodes = await WatchedNodes.start({
      ...{ environment, marks },
      env: { USERS_FILE: users.path },
    });
    for (const name of dialectNames) {
      await using pair = await meet(nodes, marks, name);
      await talk(pair);
      await beRefused(pair);
      await comeBack(pair, marks);
      await refuseAtTheDoor(nodes, pair);
    }
    await goThroughRoutes(nodes, { marks, technician });
    for (const name of dialectNames) {
      await using pair = await meet(nodes, marks, name);
      await breakRedis(nodes, pair);
    }
    await waitUntil(
      () => nodes.log(),
      (log) =>
        ['an event was refused', 'an event failed', 'NOPERM', ...dialectNames].every((words) =>
          log.includes(words),
        ),
      { what: 'the log' },
    );
    await nodes.expectNothingFound();
  },
  60_000,
);

async function meet(nodes: WatchedNodes, marks: Marks, name: DialectName): Promise<Pair> {
  const word = (what: string) => marks.of(`${what}, in ${name}`);
  const resources = new AsyncDisposableStack();
  const attend = async (url: string, userId: string): Promise<Client> => {
    const token = await nodes.token(userId, grants);
    const client = await attendInDialect(name, phrasebooks[name], { url, userId, token });
    client.client.socket.on('error', (error: unknown) => nodes.refused.push(error));
    return resources.use(client);
  };
  const [practitioner, patient] = [word('practitioner'), word('patient')];
  const one = await attend(nodes.urls[0], practitioner);
  const other = await attend(nodes.urls[1], patient);
  const people = { practitioner, patient };
  const roomId =
    dialects[name].meetsIn === 'appointments'
      ? await openAppointment(nodes.cluster, people, nodes.internalSecret)
      : word('room') + randomUUID();
  marks.add(`room ${roomId}`, roomId);
  await other.join(roomId);
  await one.join(roomId);
  await other.told.first(({ kind }) => kind === 'join', 'the other one');
  return {
    ...{ dialect: dialects[name], one, other, roomId, word },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A whole call, with something to hide in all of its parts. */
async function talk({ dialect, one, other, word }: Pair): Promise<void> {
  for (const act of callSaying(word)) {
    if (!dialect.says.includes(abilityFor(act))) continue;
    const comes = other.told.first(({ kind }) => kind === act.kind, act.kind);
    await one.act(act, other.address);
    await comes;
  }
}

/** Every event there is, wrong; and one that there is not. */
async function beRefused({ dialect, one, word, roomId }: Pair): Promise<void> {
  const { client } = one;
  const value = word('value of the wrong type');
  const wrong = { roomId: { value }, callId: { value }, room: { value }, target: [value], value };
  const sdp = word('SDP for nobody').repeat(3_000);
  let refusals = 0;
  const isRefused = Promise.withResolvers<void>();
  // Some take no payload, and so none is wrong.
  const events = Object.keys(dialect.decode).filter(
    (event) => event !== 'ping' && !event.startsWith('typing'),
  );
  client.socket.on('error', () => {
    refusals += 1;
    if (refusals === 2 * events.length + 1) isRefused.resolve();
  });
  for (const event of events) {
    client.emit(event, wrong, { value });
    client.emit(event, { roomId, room: roomId, callId: roomId, sdp, offer: { sdp }, value });
  }
  client.emit(word('name of an event'), { value });
  await isRefused.promise;
}

/** A connection is lost, and its session resumed by its secret. */
async function comeBack({ other, dialect }: Pair, marks: Marks): Promise<void> {
  const { socket } = other.client;
  const { _pid: pid } = socket as unknown as { _pid: string };
  expect(pid.length).toBeGreaterThan(16);
  marks.add(`secret of a session, in ${dialect.name}`, pid);
  const back = new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.io.engine.close();
  await back;
  expect(socket.recovered).toBe(true);
}

/** Handshakes that are refused, by a secret in every place that has room for one. */
async function refuseAtTheDoor(nodes: WatchedNodes, { dialect, word }: Pair): Promise<void> {
  const secret = word('wrong token');
  const ways = [
    { auth: { token: secret } },
    { query: { token: secret } },
    { extraHeaders: { authorization: `Bearer ${secret}` } },
    { extraHeaders: { cookie: `switchboard_token=${secret}` } },
  ];
  for (const way of ways) {
    const options = { transports: ['websocket'], forceNew: true, reconnection: false, ...way };
    const socket = io(`${nodes.urls[0]}/${dialect.name}`, options);
    const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
    nodes.refused.push(error, String(error));
    socket.disconnect();
  }
}

/** Errors of Redis know what they were about. */
async function breakRedis(nodes: WatchedNodes, { dialect, one, word }: Pair): Promise<void> {
  const { client } = one;
  const isRefused = () => new Promise<void>((resolve) => client.socket.once('error', resolve));
  await nodes.withRedisRefusing(word('nonsense'), async (redis) => {
    await redis.forbid('-evalsha', '-eval');
    const standing = { roomId: word('room that Redis refuses'), userId: one.address.userId };
    const joining = isRefused();
    client.emit(...phrasebooks[dialect.name].join(standing));
    await joining;
    for (const act of callSaying((what) => word(`${what} that Redis refuses`))) {
      if (act.kind !== 'chat' && act.kind !== 'annotation') continue;
      if (!dialect.says.includes(act.kind)) continue;
      const saying = isRefused();
      await one.act(act, one.address);
      await saying;
    }
  });
}
