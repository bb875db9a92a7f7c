/** DESIGN, "What it must cost": a join is one round trip to a single Redis. */
import { randomUUID } from 'node:crypto';
import { startRedis, startTcpProxy, waitUntil } from '@switchboard/testkit';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startNodes } from './start-nodes.ts';
import { TestClient } from './test-client.ts';

/** The commands of clients of Redis, not those of scripts, that have a text in their arguments. */
async function watchCommands(url: string, text: string) {
  const client = new Redis(url);
  const monitor = await client.monitor();
  const commands: string[] = [];
  monitor.on('monitor', (_time: string, args: string[], source: string) => {
    if (source !== 'lua' && args.some((each) => each.includes(text))) commands.push(args[0] ?? '');
  });
  const count = (wanted: number) =>
    waitUntil(
      async () => commands.length,
      (found) => found === wanted,
      { what: `${wanted} commands` },
    );
  return {
    commands,
    count,
    /** Resolves when everything is in the list that was carried out before. */
    settled: async () => {
      const before = commands.length;
      await client.echo(text);
      await count(before + 1);
      commands.pop();
    },
    [Symbol.dispose]: () => {
      monitor.disconnect();
      client.disconnect();
    },
  };
}

test('all that a join asks of Redis goes out together, and its answer needs no more', async () => {
  await using redis = await startRedis({ own: true });
  await using proxy = await startTcpProxy(redis.port);
  const url = `redis://127.0.0.1:${proxy.port}`;
  await using cluster = await startNodes({ nodes: 1, redis: { url } });
  using client = await TestClient.connect(cluster.node('n1'));
  // From here on Redis knows the scripts.
  await client.must('room:join', { roomId: randomUUID() });

  const roomId = randomUUID();
  using watched = await watchCommands(redis.url, roomId);
  proxy.set({ kind: 'hold' }, 'toClient');
  const joined = client.must('room:join', { roomId });
  await watched.count(2);
  proxy.mend();
  await joined;
  await watched.settled();
  expect(watched.commands).toEqual(['evalsha', 'evalsha']);
});
