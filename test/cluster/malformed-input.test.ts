import { type CommandName, commands } from '@switchboard/protocol';
import type { Cluster, NodeProcess } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { malformedPayloads, valid } from './malformed-payloads.ts';
import { startNodes } from './start-nodes.ts';
import { TestClient } from './test-client.ts';
import { UndisturbedCall } from './undisturbed-call.ts';

let cluster: Cluster;

beforeAll(async () => {
  const env = { COMMANDS_PER_SECOND: '100000' };
  cluster = await startNodes({ nodes: 2, env });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

/** A client that does something wrong while a call over both nodes goes on. */
async function start(roomId: string) {
  const nodes = [cluster.node('n1'), cluster.node('n2')] as [NodeProcess, NodeProcess];
  await using stack = new AsyncDisposableStack();
  const call = stack.use(await UndisturbedCall.begin(roomId, nodes));
  const client = stack.use(await TestClient.connect(nodes[0]));
  const all = stack.move();
  return { call, client, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

describe.each(Object.keys(commands) as CommandName[])('%s', (name) => {
  test('SPEC 2.1, 2.3, 2.4: whatever is wrong with the payload is answered with where it is', async () => {
    await using started = await start(`call beside ${name}`);
    const { call, client } = started;
    for (const { what, payload, code, path } of malformedPayloads(name)) {
      const answer = await client.send(name, payload);
      const error = answer.ok ? undefined : answer.error;
      expect(error, what).toMatchObject({ code, retryable: false });
      expect(error?.path?.slice(0, path.length), what).toEqual(path);
    }
    await call.end();
    expect(client.socket.connected).toBe(true);
  });

  test('SPEC 2.1: arguments that are missing or too many are refused', async () => {
    await using started = await start(`call with arguments of ${name}`);
    const { call, client } = started;
    const emit = (...args: unknown[]): Promise<unknown> =>
      client.socket.timeout(10_000).emitWithAck(name, ...args);
    const refusal = { ok: false, error: { code: 'invalid_argument', path: [] } };
    const payload = valid[name];
    for (const args of [
      [],
      [payload, payload],
      [payload, 'more'],
      ['more', payload],
      [1, 2, payload],
    ]) {
      expect(await emit(...args), JSON.stringify(args)).toMatchObject(refusal);
    }
    await call.end();
  });

  test('SPEC 2.1: a refusal of what came without a callback is an event', async () => {
    await using started = await start(`call without callbacks of ${name}`);
    const { call, client } = started;
    const refused = new Promise((resolve) => client.socket.once('error', resolve));
    client.socket.emit(name, { ...valid[name], extra: 1 });
    expect(await refused).toMatchObject({
      command: name,
      error: { code: 'invalid_argument', path: ['extra'] },
    });
    await call.end();
  });
});

test('SPEC 6: a command that there is not is refused, whatever its name', async () => {
  await using started = await start('call beside unknown commands');
  const { call, client } = started;
  const names = [
    ...['', ' ', 'room:destroy', 'ROOM:JOIN', 'welcome', 'error', 'message', 'connection', 'ping'],
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'x'.repeat(100_000)],
  ];
  for (const name of names) {
    const answer: unknown = await client.socket.timeout(10_000).emitWithAck(name, {});
    expect(answer, name.slice(0, 20)).toMatchObject({
      ok: false,
      error: { code: 'unknown_command' },
    });
  }
  await call.end();
});

test('SPEC 2.4: a message of more than 2 MiB closes its own connection and no other', async () => {
  await using started = await start('call beside a large message');
  const { call, client } = started;
  const closed = new Promise((resolve) => client.socket.once('disconnect', resolve));
  client.socket.emit('signal', { ...valid.signal, data: 'x'.repeat(2 * 1024 * 1024) });
  await closed;
  await call.end();
});
