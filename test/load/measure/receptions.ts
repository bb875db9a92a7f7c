import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** `+1700000000.000000 [0 127.0.0.1:6379] "publish" "channel" …`; of a script, `[0 lua]`. */
const publication = /^\+[\d.]+ \[\d+ [^\]]+\] "s?publish" "((?:[^"\\]|\\.)*)"/i;
/** Redis writes to its monitors after the command; nothing says when it has. */
const tailMs = 200;

/**
 * How many messages nodes receive while something is done: each publication, by scripts as well,
 * times those who have subscribed to its channel. Patterns are taken to match everything, which
 * those of Socket.IO's adapter do.
 */
export async function receptionsDuring(client: Redis, work: () => Promise<unknown>) {
  const { host, port } = client.options;
  const monitor = connect({ host: host ?? '127.0.0.1', port: port ?? 6379 });
  const lines = createInterface(monitor);
  monitor.write('MONITOR\r\n');
  await once(lines, 'line');
  const published = new Map<string, number>();
  lines.on('line', (line) => {
    const channel = publication.exec(line)?.[1];
    if (channel !== undefined) published.set(channel, (published.get(channel) ?? 0) + 1);
  });
  await work();
  await delay(tailMs);
  monitor.destroy();
  const patterns = await countOfPatterns(client);
  let received = 0;
  for (const [channel, count] of published) {
    received += count * (patterns + (await subscribersOf(client, channel)));
  }
  return received;
}

async function subscribersOf(client: Redis, channel: string): Promise<number> {
  const [, plain] = (await client.call('PUBSUB', 'NUMSUB', channel)) as [string, number];
  const [, sharded] = (await client.call('PUBSUB', 'SHARDNUMSUB', channel)) as [string, number];
  return plain + sharded;
}

/** `PUBSUB NUMPAT` counts a pattern once, however many have subscribed to it. */
async function countOfPatterns(client: Redis): Promise<number> {
  const list = (await client.call('CLIENT', 'LIST')) as string;
  const counts = Array.from(list.matchAll(/ psub=(\d+)/g), ([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}
