import { createServer, connect as tcpConnect } from 'node:net';
import { type Cluster, freePort, startCluster } from '@switchboard/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type AnnotationsEvents,
  type CallsEvents,
  type ChatEvents,
  type ClientEvents,
  type PresenceEvents,
  type RoomEvents,
  type Subscribable,
  SwitchboardClient,
  type TokenSource,
  type TypingEvents,
} from '../src/index.ts';

/** The SDK from Node, against two real nodes on a real Redis. */

const internalSecret = 'a secret of the application, of more than 32 bytes';
let cluster: Cluster;
let names = 0;
const closers: (() => void)[] = [];

beforeAll(async () => {
  cluster = await startCluster({
    nodes: 2,
    balancer: false,
    env: {
      JWT_SECRET: 'a secret of the nodes, of more than 32 bytes!',
      INTERNAL_SECRET: internalSecret,
      ...{ DRAIN_NOTICE_MS: '200', DRAIN_DEADLINE_MS: '5000' },
    },
  });
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const unique = (name: string) => `${name}-${++names}`;

async function connect(url: string, token?: TokenSource): Promise<SwitchboardClient> {
  const client = new SwitchboardClient();
  closers.push(() => client.close());
  await client.connect({ url, transports: ['websocket'], ...(token && { token }) });
  return client;
}

/** One client on each node. */
const connectTwo = () =>
  Promise.all([connect(cluster.node('n1').url), connect(cluster.node('n2').url)]);

/** `next<Events>(source)(event)` is the first event that matches. */
const next =
  <Events>(source: Subscribable<Events>) =>
  <K extends keyof Events>(
    event: K,
    matches: (payload: Events[K]) => boolean = () => true,
  ): Promise<Events[K]> =>
    new Promise((resolve) => {
      const off = source.on(event, (payload) => {
        if (!matches(payload)) return;
        off();
        resolve(payload);
      });
    });

/** An address that leads to one node, and later to another. */
async function startDoor(to: number): Promise<{ url: string; lead: (port: number) => void }> {
  const door = { to };
  const port = await freePort();
  const server = createServer((client) => {
    const onward = tcpConnect(door.to, '127.0.0.1');
    client.pipe(onward).pipe(client);
    client.on('error', () => onward.destroy()).on('close', () => onward.destroy());
    onward.on('error', () => client.destroy()).on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const lead = (other: number) => {
    door.to = other;
  };
  return { url: `http://127.0.0.1:${port}`, lead };
}

test('chat, typing, relays and annotations go between nodes, and wait for who comes later', async () => {
  const roomId = unique('room');
  const [ann, bob] = await connectTwo();
  const annsRoom = await ann.join(roomId, { name: 'Ann' });
  const bobsRoom = await bob.join(roomId, { name: 'Bob' });

  const typing = next<TypingEvents>(annsRoom.typing)('changed');
  bobsRoom.typing.set(true);
  await expect(typing).resolves.toEqual({ peerId: bob.peerId, isTyping: true });

  const message = next<ChatEvents>(annsRoom.chat)('message');
  const stopped = next<TypingEvents>(annsRoom.typing)('changed');
  const sent = await bobsRoom.chat.send('good morning');
  await expect(message).resolves.toEqual(sent);
  await expect(stopped).resolves.toMatchObject({ isTyping: false });

  const relayed = next<RoomEvents>(bobsRoom)('relayed');
  await annsRoom.relay('hand-raised', { since: 5 });
  await expect(relayed).resolves.toEqual({
    ...{ from: ann.peerId, name: 'hand-raised', data: { since: 5 } },
  });

  const changed = next<AnnotationsEvents>(bobsRoom.annotations)('changed');
  const put = await annsRoom.annotations.put('arrow', { x: 1 });
  await expect(changed).resolves.toEqual(put);

  const late = await connect(cluster.node('n2').url);
  const latesRoom = await late.join(roomId);
  await expect.poll(() => [...latesRoom.annotations.all.values()]).toEqual([put]);
  await expect(latesRoom.chat.history()).resolves.toEqual([sent]);
  const removed = next<AnnotationsEvents>(latesRoom.annotations)('removed');
  await bobsRoom.annotations.remove('arrow');
  await expect(removed).resolves.toEqual(put);
});

test('users call each other over nodes, and who watches sees it', async () => {
  const [ann, bob] = await connectTwo();
  const watcher = await connect(cluster.node('n1').url);
  const [anns, bobs] = [unique('ann'), unique('bob')];
  await watcher.presence.watch([anns, bobs]);
  const online = next<PresenceEvents>(watcher.presence)('changed', ({ userId }) => userId === bobs);
  await ann.identify({ userId: anns, name: 'Ann' });
  await bob.identify({ userId: bobs });
  await expect(online).resolves.toEqual({ userId: bobs, status: 'online' });

  const incoming = next<CallsEvents>(bob.calls)('incoming');
  const accepted = next<CallsEvents>(ann.calls)('changed', ({ state }) => state === 'accepted');
  const inCall = next<PresenceEvents>(watcher.presence)(
    'changed',
    ({ status }) => status === 'in-call',
  );
  const invited = await ann.calls.invite(bobs, { data: { subject: 'the results' } });
  const call = await incoming;
  expect(call).toMatchObject({ callId: invited.callId, from: { name: 'Ann' }, data: {} });
  await bob.calls.accept(call);
  await expect(accepted).resolves.toMatchObject({ to: { peerId: bob.peerId } });
  await inCall;
  const [annsRoom] = await Promise.all([ann.calls.join(call), bob.calls.join(call)]);
  expect(annsRoom.id).toBe(call.roomId);

  const ended = next<CallsEvents>(bob.calls)('changed', ({ state }) => state === 'ended');
  await ann.calls.end(call);
  await ended;
  expect([...ann.calls.live, ...bob.calls.live]).toEqual([]);
  await expect(bob.calls.accept(call)).rejects.toMatchObject({ code: 'call_state' });
});

test('a client whose node is killed misses nothing that was said meanwhile', async () => {
  const roomId = unique('room');
  const [first, second] = [cluster.node('n1'), cluster.node('n2')];
  const door = await startDoor(first.port);
  const [ann, bob] = await Promise.all([connect(door.url), connect(second.url)]);
  const annsRoom = await ann.join(roomId);
  const bobsRoom = await bob.join(roomId);
  const heard: string[] = [];
  annsRoom.chat.on('message', ({ text }) => heard.push(text));
  const away = next<ClientEvents>(ann)('stateChanged', ({ state }) => state === 'reconnecting');
  await first.kill();
  await away;
  await bobsRoom.chat.send('one');
  await bobsRoom.annotations.put('mark', 1);
  door.lead(second.port);
  // It is said when there is a connection again.
  await annsRoom.chat.send('here I am');
  await bobsRoom.chat.send('two');
  await expect.poll(() => heard, { timeout: 15_000 }).toEqual(['one', 'two']);
  await expect.poll(() => annsRoom.annotations.all.size).toBe(1);
  await first.restart();
}, 60_000);

test('SPEC 1.5: a client leaves a node that is stopping, and loses no signal and no call', async () => {
  const roomId = unique('room');
  const [first, second] = [cluster.node('n1'), cluster.node('n2')];
  const door = await startDoor(first.port);
  const [ann, bob] = await Promise.all([connect(door.url), connect(second.url)]);
  const [anns, bobs] = [unique('ann'), unique('bob')];
  await Promise.all([ann.identify({ userId: anns }), bob.identify({ userId: bobs })]);
  const incoming = next<CallsEvents>(bob.calls)('incoming');
  await ann.calls.invite(bobs, { roomId });
  const call = await bob.calls.accept(await incoming);
  const [annsRoom, bobsRoom] = await Promise.all([ann.calls.join(call), bob.calls.join(call)]);
  const heard: unknown[] = [];
  annsRoom.on('signal', ({ data }) => heard.push(data));
  const peerId = ann.peerId;
  if (peerId === null) throw new Error('Ann has no connection');

  const states: string[] = [];
  ann.on('stateChanged', (state) => {
    states.push(state.state === 'connected' ? `${state.peerId} ${state.resumed}` : state.state);
  });
  const moved = next<ClientEvents>(ann)('stateChanged', ({ state }) => state === 'connected');
  door.lead(second.port);
  const stopped = first.stop();
  let number = 0;
  let isMoving = true;
  void moved.then(() => {
    isMoving = false;
  });
  while (isMoving) await bobsRoom.sendSignal(peerId, 'custom', number++);
  await bobsRoom.sendSignal(peerId, 'custom', number++);
  expect(states).toEqual(['reconnecting', `${peerId} true`]);
  await stopped;
  expect(heard).toEqual(Array.from({ length: number }, (_, index) => index));
  expect(ann.calls.live).toMatchObject([{ callId: call.callId, state: 'accepted' }]);
  await first.restart();
}, 60_000);

test('SPEC 7.8: a client outlives its tokens', async () => {
  const { url } = cluster.node('n1');
  let asked = 0;
  const enough = Promise.withResolvers<void>();
  const client = await connect(url, async () => {
    const response = await fetch(`${url}/v1/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-internal-secret': internalSecret },
      body: JSON.stringify({ sub: 'ann', grants: { rooms: ['*'], create: true }, expiresIn: 3 }),
    });
    const { token } = (await response.json()) as { token: string };
    // The first one is over for longer by then than a session can go on without another.
    asked += 1;
    if (asked === 7) enough.resolve();
    return token;
  });
  expect(client.userId).toBe('ann');
  const states: string[] = [];
  client.on('stateChanged', ({ state }) => states.push(state));
  await enough.promise;
  await client.join(unique('room'));
  expect(states).toEqual([]);
}, 60_000);
