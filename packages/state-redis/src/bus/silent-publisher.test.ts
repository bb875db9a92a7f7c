import { type RedisServer, startRedis, startTcpProxy, waitUntil } from '@switchboard/testkit';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRedisAddress } from '../connection/address.ts';
import { createPublishingClient } from '../connection/client.ts';
import { SilentPublisher } from './silent-publisher.ts';

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis({ own: true });
});
afterAll(() => redis[Symbol.asyncDispose]());

let channels = 0;

/** A publisher behind a network of its own, and somebody who listens without one. */
async function start() {
  await using stack = new AsyncDisposableStack();
  const proxy = stack.use(await startTcpProxy(redis.port));
  const channel = `channel-${channels++}`;
  const [received, lost, errors]: [string[], string[], unknown[]] = [[], [], []];
  const listener = stack.adopt(new Redis(redis.url), (client) => client.disconnect());
  listener.on('message', (_channel: string, message: string) => received.push(message));
  await listener.subscribe(channel);
  const address = parseRedisAddress(`redis://127.0.0.1:${proxy.port}`);
  if (address.kind === 'cluster') throw new Error('one address makes no cluster');
  const publisher = stack.adopt(
    new SilentPublisher(createPublishingClient(address), {
      onError: (error) => errors.push(error),
      onLost: (message) => lost.push(message),
    }),
    (each) => each.close(),
  );
  await publisher.open(`${channel}-own`);
  const publish = (...messages: string[]) =>
    publisher.publish(messages.map((message) => [channel, message] as const));
  const arrived = (count: number) =>
    waitUntil(
      async () => received.length,
      (length) => length >= count,
      { what: `${count} messages` },
    );
  const ready = (isReady: boolean) =>
    waitUntil(
      async () => publisher.isReady,
      (is) => is === isReady,
      { what: `a publisher that is ${isReady ? '' : 'not '}ready` },
    );
  const hasProven = () =>
    waitUntil(
      async () => publisher.inDoubt,
      (count) => count === 0,
      { what: 'nothing to be in doubt' },
    );
  const all = stack.move();
  return {
    ...{ proxy, publisher, publish, arrived, ready, hasProven, received, lost, errors },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `message ${from + index} – über alles`);

test('what is published arrives once, in order and whole, whatever signs of life are asked for', async () => {
  await using started = await start();
  const { publish, arrived, hasProven, received, lost, errors } = started;
  const sent = numbered(0, 2_000);
  // Until some have been proven: then signs of life were asked for in between.
  for (let at = 0; at < sent.length; at += 50) {
    publish(...sent.slice(at, at + 50));
    if (at % 500 === 0) await hasProven();
  }
  await arrived(sent.length);
  expect(received).toEqual(sent);
  expect([lost, errors]).toEqual([[], []]);
});

test('what was on its way when the connection was lost is reported once, and later ones get through', async () => {
  await using started = await start();
  const { proxy, publish, arrived, ready, received, lost } = started;
  proxy.set({ kind: 'hold' }, 'toServer');
  const doubtful = numbered(0, 10);
  publish(...doubtful);
  proxy.cut();
  await ready(false);
  expect(lost).toEqual(doubtful);
  proxy.mend();
  await ready(true);
  const later = numbered(10, 20);
  publish(...later);
  await arrived(later.length);
  expect(received).toEqual(later);
  expect(lost).toEqual(doubtful);
});

test('what is published while there is no connection is reported at once', async () => {
  await using started = await start();
  const { proxy, publish, ready, lost } = started;
  proxy.cut();
  await ready(false);
  publish('nobody gets this');
  expect(lost).toEqual(['nobody gets this']);
});

test('what Redis has proven to have passed on is in no doubt any more', async () => {
  await using started = await start();
  const { proxy, publish, arrived, ready, hasProven, lost } = started;
  publish(...numbered(0, 10));
  await arrived(10);
  await hasProven();
  proxy.cut();
  await ready(false);
  expect(lost).toEqual([]);
});

test('for a Redis that does not read, no more waits than the bound', async () => {
  await using started = await start();
  const { proxy, publisher, publish, ready, lost } = started;
  proxy.set({ kind: 'hold' }, 'toServer');
  const message = 'x'.repeat(1024 * 1024);
  let published = 0;
  while (publisher.isReady && published < 1_000) {
    publish(message);
    published += 1;
  }
  expect(published).toBe(32);
  proxy.cut();
  proxy.mend();
  await waitUntil(
    async () => lost.length,
    (length) => length === published,
    { what: 'all of it to be reported' },
  );
  await ready(true);
});

test('a connection that has been renewed is as silent as the one before', async () => {
  await using started = await start();
  const { proxy, publisher, publish, arrived, received, lost, errors } = started;
  await publisher.renew();
  expect(publisher.isReady).toBe(true);
  const sent = numbered(0, 100);
  publish(...sent);
  await arrived(sent.length);
  expect(received).toEqual(sent);
  expect([lost, errors]).toEqual([[], []]);
  expect(proxy.connections).toHaveLength(1);
});
