import type { NodeMessage } from '@switchboard/core';
import { type RedisServer, startRedis, waitUntil } from '@switchboard/testkit';
import {
  asRead,
  joinRequest,
  nodeReport,
  openNodes,
  Recorder,
  type RecordingNode,
  roomNamed,
} from '@switchboard/testkit/contracts';
import { expect, test } from 'vitest';
import { type RedisBackend, redisBackend } from '../test/redis-backend.ts';
import { signalMessage } from '../test/signal-message.ts';

/** A command is given up after this long, and then there is a little to be done. */
const commandTimeoutMs = 1_500;
const room = roomNamed('consultation');

interface Outage extends AsyncDisposable {
  readonly server: RedisServer;
  readonly backend: RedisBackend;
  readonly n1: RecordingNode;
  readonly n2: RecordingNode;
}

/** Two nodes on a Redis that is there to be taken away. */
async function start(): Promise<Outage> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRedis({ own: true }));
  const backend = stack.use(redisBackend(server.url));
  const [n1, n2] = (await openNodes(backend, 2)) as [RecordingNode, RecordingNode];
  const all = stack.move();
  return { server, backend, n1, n2, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const toBe = (isAvailable: boolean, ...nodes: RecordingNode[]) =>
  waitUntil(
    () => nodes.map(({ state }) => state.isAvailable()),
    (all) => all.every((each) => each === isAvailable),
    { what: `the state to be ${isAvailable ? '' : 'un'}available` },
  );

/** How a call ended, and after how long. */
async function outcomeOf(call: Promise<unknown>): Promise<{ code: string; afterMs: number }> {
  const startedAt = performance.now();
  const code = await call.then(
    () => 'answered',
    (error: { code?: string }) => error.code ?? String(error),
  );
  return { code, afterMs: performance.now() - startedAt };
}

test('while Redis is gone, everything is refused at once, and readiness says so', async () => {
  await using outage = await start();
  const { server, n1, n2 } = outage;
  expect(n1.state.isAvailable()).toBe(true);
  await server.kill();
  await toBe(false, n1, n2);
  const ada = { node: n1.id, peer: 'ada' };
  for (const call of [
    n1.state.rooms.join(joinRequest(room, ada)),
    n1.state.rooms.read(room),
    n1.state.leases.renew(nodeReport()),
  ]) {
    const { code, afterMs } = await outcomeOf(call);
    expect(code).toBe('unavailable');
    expect(afterMs).toBeLessThan(200);
  }
  expect(() => n1.state.bus.send(n2.id, signalMessage(n1.id, 'lost'))).toThrow(
    expect.objectContaining({ code: 'unavailable' }),
  );
});

test('what was refused while Redis was gone is not carried out when it is back', async () => {
  await using outage = await start();
  const { server, n1, n2 } = outage;
  await server.kill();
  await toBe(false, n1, n2);
  const refused = Array.from({ length: 50 }, (_, index) =>
    outcomeOf(n1.state.rooms.join(joinRequest(room, { node: n1.id, peer: `p${index}` }))),
  );
  for (const { code } of await Promise.all(refused)) expect(code).toBe('unavailable');
  await server.restart();
  await toBe(true, n1, n2);
  // Behind anything that might have been queued before.
  expect(await n1.state.rooms.read(room)).toBeNull();
  expect(await n2.state.rooms.read(room)).toBeNull();
});

test('when Redis is back, a node is told of the gap, and misses nothing from then on', async () => {
  await using outage = await start();
  const { server, backend, n1, n2 } = outage;
  const messages = new Recorder<NodeMessage>();
  let gaps = 0;
  const state = await backend.connect(n2.id);
  await state.bus.open({
    onMessage: (message) => messages.record(asRead(message)),
    onUndelivered: () => {},
    onRoomEvent: () => {},
    onFenced: () => {},
    onCallChanged: () => {},
    onPresenceChanged: () => {},
    onGap: () => {
      gaps += 1;
    },
  });
  let sent = 0;
  for (const round of [1, 2, 3]) {
    const before = gaps;
    await server.restart();
    await waitUntil(
      () => gaps,
      (count) => count > before,
      { what: `the gap of round ${round}` },
    );
    await toBe(true, n1, n2);
    await waitUntil(
      () => state.isAvailable(),
      (isAvailable) => isAvailable,
      { what: 'the state to be available' },
    );
    for (let index = 0; index < 10; index++) {
      n1.state.bus.send(n2.id, signalMessage(n1.id, sent++));
    }
    await messages.first((each) => each.type === 'signal' && each.signal.data === sent - 1);
  }
  // Each once and in order: there is one subscription, and not one for each loss.
  const data = messages.seen.map((each) => each.type === 'signal' && each.signal.data);
  expect(data).toEqual(Array.from({ length: sent }, (_, index) => index));
});

test('a Redis that stands still is given up for each command, and taken up when it goes on', async () => {
  await using outage = await start();
  const { server, n1, n2 } = outage;
  await server.pause();
  const { code, afterMs } = await outcomeOf(n1.state.rooms.read(room));
  expect(code).toBe('unavailable');
  expect(afterMs).toBeGreaterThan(commandTimeoutMs - 100);
  expect(afterMs).toBeLessThan(commandTimeoutMs + 1_000);
  await server.resume();
  await toBe(true, n1, n2);
  expect(await n1.state.rooms.read(room)).toBeNull();
});

test.each(['kill', 'pause'] as const)(
  'SPEC 4.5: what was on its way when Redis is lost (%s) comes back to the node that sent it',
  async (lose) => {
    await using outage = await start();
    const { server, n1, n2 } = outage;
    const numbersOf = (messages: readonly NodeMessage[]) =>
      messages.map((each) => (each.type === 'signal' ? Number(each.signal.data) : Number.NaN));
    let sent = 0;
    const sendUntilRefused = async () => {
      try {
        for (; ; sent += 1) {
          n1.state.bus.send(n2.id, signalMessage(n1.id, sent));
          await new Promise(setImmediate);
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'unavailable' });
      }
    };
    const sending = sendUntilRefused();
    await n2.messages.first(() => n2.messages.seen.length > 100, 'messages');
    await server[lose]();
    await sending;
    await toBe(false, n1, n2);
    // A line on which too much waits refuses more before it is known to be lost.
    const unknown = () => {
      const known = new Set(numbersOf([...n2.messages.seen, ...n1.undelivered.seen]));
      return Array.from({ length: sent }, (_, number) => number).filter((each) => !known.has(each));
    };
    await waitUntil(unknown, ({ length }) => length === 0, {
      what: 'every message to be known of',
    });
    expect(n1.undelivered.seen.length).toBeGreaterThan(0);
    expect(n2.undelivered.seen).toEqual([]);
  },
);

test('a node that finds no Redis does not start', async () => {
  await using server = await startRedis({ own: true });
  await server.kill();
  await using backend = redisBackend(server.url);
  await expect(openNodes(backend, 1)).rejects.toThrow();
});
