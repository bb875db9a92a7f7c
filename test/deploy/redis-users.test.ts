import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomId, type State } from '@switchboard/core';
import { connectRedisState } from '@switchboard/state-redis';
import { repositoryPath, startRedis, startRedisCluster } from '@switchboard/testkit';
import { describeStateContract } from '@switchboard/testkit/contracts';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const [pinger = '', nodes = ''] = (
  await readFile(repositoryPath('deploy/redis/users.acl'), 'utf8')
).split('\n');
const password = randomId();
const nodesWithPassword = nodes.replace('user switchboard on', `$& >${password}`);

interface Server {
  readonly port: number;
}

/** What the state of a node does with the rights of its user alone, and with nothing besides. */
function describeUser(
  kind: string,
  start: () => Promise<AsyncDisposable & { url: string; servers: readonly Server[] }>,
): void {
  describe(`the user of nodes on ${kind}`, () => {
    let redis: Awaited<ReturnType<typeof start>>;
    beforeAll(async () => {
      redis = await start();
    });
    afterAll(async () => {
      await redis[Symbol.asyncDispose]();
    });

    describeStateContract(kind, async ({ leaseMs }) => {
      const url = redis.url.replaceAll('redis://', `redis://switchboard:${password}@`);
      const keyPrefix = `switchboard:${randomId()}:`;
      const states: State[] = [];
      return {
        connect: async (node) => {
          const state = await connectRedisState({
            url,
            keyPrefix,
            node,
            leaseMs,
            onError: () => {},
          });
          states.push(state);
          return state;
        },
        [Symbol.asyncDispose]: async () => {
          await Promise.all(states.map((state) => state.close()));
        },
      };
    });

    test('was refused nothing that a node does', async () => {
      for (const { port } of redis.servers)
        expect(await asOperator(port, 'ACL', 'LOG')).toEqual([]);
    });

    test('may do nothing else', async () => {
      const port = redis.servers[0]?.port ?? 0;
      const client = new Redis({ port, username: 'switchboard', password, lazyConnect: true });
      await client.connect();
      try {
        for (const [command, ...args] of forbidden) {
          const answer = client.call(command, ...args);
          await expect(answer, command).rejects.toThrow(
            /NOPERM|can't run this command|can't access|No permissions/,
          );
        }
      } finally {
        client.disconnect();
      }
    });
  });
}

const forbidden: readonly [command: string, ...args: string[]][] = [
  ['FLUSHALL'],
  ['KEYS', '*'],
  ['CONFIG', 'GET', '*'],
  ['ACL', 'LIST'],
  ['SHUTDOWN'],
  ['MONITOR'],
  ['GET', 'other:key'],
  ['EVAL', "return redis.call('HGETALL', KEYS[1])", '1', 'other:key'],
  ['EVAL', "return redis.call('RANDOMKEY')", '0'],
  ['PUBLISH', 'other:channel', 'x'],
  ['SUBSCRIBE', 'other:channel'],
  ['PSUBSCRIBE', '*'],
];

describeUser('one Redis', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-users-'));
  const operator = `user operator on >${password} ~* &* +@all`;
  const file = join(folder, 'users.acl');
  await writeFile(file, `${pinger}\n${nodesWithPassword}\n${operator}\n`);
  const server = await startRedis({ args: ['--aclfile', file] });
  return {
    ...{ url: server.url, servers: [server] },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
});

describeUser('a Redis Cluster', async () => {
  const cluster = await startRedisCluster();
  for (const { port } of cluster.masters) {
    const client = new Redis({ port, lazyConnect: true });
    await client.connect();
    for (const user of [nodesWithPassword, `user operator on >${password} ~* &* +@all`]) {
      const [, name = '', ...rules] = user.split(' ');
      await client.call('ACL', 'SETUSER', name, ...rules);
    }
    client.disconnect();
  }
  return {
    ...{ url: cluster.url, servers: cluster.masters },
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
});

/** What the client library and the subscription send, and no script: each with who does. */
const outsideScripts = [
  // ioredis: is the server ready; on a Cluster: who has what.
  ...['info', 'client|setname', 'cluster|slots', 'cluster|info', 'readonly'],
  // Scripts themselves; the bus, which wants no answers; a subscription that is looked after;
  // are there nodes.
  ...['evalsha', 'eval', 'client|reply', 'publish', 'subscribe', 'ping', 'pubsub|channels'],
  // Lists and totals of rooms, sessions and calls.
  ...['zcard', 'zlexcount', 'zrangebylex'],
];

test('the user has the commands of the scripts and of the client, and no others', async () => {
  const inScripts = new Set<string>();
  for await (const path of glob('packages/state-redis/src/**/*.lua', { cwd: repositoryPath('') })) {
    const source = await readFile(repositoryPath(path), 'utf8');
    for (const [, name = ''] of source.matchAll(/redis\.call\('([A-Z]+)'/g)) {
      inScripts.add(name.toLowerCase());
    }
  }
  expect(inScripts.size).toBeGreaterThan(10);
  const granted = [...nodes.matchAll(/\+(\S+)/g)].map(([, name]) => name);
  expect(granted.toSorted()).toEqual([...new Set([...inScripts, ...outsideScripts])].sort());
});

async function asOperator(port: number, command: string, ...args: string[]): Promise<unknown> {
  const client = new Redis({ port, username: 'operator', password, lazyConnect: true });
  await client.connect();
  try {
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
