import { type RedisServer, startRedis } from '@switchboard/testkit';
import { joinRequest, openNodes, roomNamed } from '@switchboard/testkit/contracts';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisBackend } from '../../test/redis-backend.ts';
import { Script } from './script.ts';

let server: RedisServer;

beforeAll(async () => {
  // Its scripts are flushed, which would disturb others.
  server = await startRedis({ own: true });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** A client that is closed with its test. */
function connect() {
  const client = new Redis(server.url);
  return Object.assign(client, { [Symbol.dispose]: () => client.disconnect() });
}

test('a script that the server has lost is sent whole, and by its digest from then on', async () => {
  using client = connect();
  const script = new Script('return { KEYS[1], ARGV[1] }');
  const run = () => script.run(client, ['a key'], ['an argument']);
  const calls = async () => {
    const stats = await client.info('commandstats');
    const count = (name: string) =>
      Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    return { whole: count('eval'), byDigest: count('evalsha') };
  };
  await client.script('FLUSH');
  await client.config('RESETSTAT');
  expect(await run()).toEqual(['a key', 'an argument']);
  expect(await calls()).toEqual({ whole: 1, byDigest: 1 });
  expect(await run()).toEqual(['a key', 'an argument']);
  expect(await calls()).toEqual({ whole: 1, byDigest: 2 });
  await client.script('FLUSH');
  expect(await run()).toEqual(['a key', 'an argument']);
  expect(await calls()).toEqual({ whole: 2, byDigest: 3 });
});

test('rooms go on after SCRIPT FLUSH, and nothing is done twice', async () => {
  await using backend = redisBackend(server.url);
  const [n1] = await openNodes(backend, 1);
  if (!n1) throw new Error('there is no node');
  using client = connect();
  const room = roomNamed('consultation');
  for (const peer of ['ada', 'bob', 'cy']) {
    await client.script('FLUSH');
    await n1.state.rooms.join(joinRequest(room, { node: n1.id, peer }));
  }
  await client.script('FLUSH');
  expect(await n1.state.rooms.read(room)).toMatchObject({ rev: 3, members: [{}, {}, {}] });
});

test('what a script fails with is a bug and stays what it is; what will pass is `unavailable`', async () => {
  using client = connect();
  const failing = new Script('return redis.error_reply("WRONG this cannot be")');
  await expect(failing.run(client, [], [])).rejects.toThrow('this cannot be');
  for (const passing of ['LOADING', 'READONLY', 'CLUSTERDOWN', 'MASTERDOWN', 'OOM', 'BUSY']) {
    const script = new Script(`return redis.error_reply("${passing} for now")`);
    await expect(script.run(client, [], [])).rejects.toMatchObject({ code: 'unavailable' });
  }
});
