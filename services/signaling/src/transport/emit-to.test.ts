import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PeerId } from '@switchboard/protocol';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { expect, test } from 'vitest';
import { emitTo } from './emit-to.ts';
import { createRecoveryAdapter } from './recovery-adapter.ts';
import { createResumeToken } from './resume-token.ts';
import type { ClientSocket } from './socket-server.ts';

/** Socket.IO as a node has it, where a client with a resume token gets the id that is in it. */
async function start() {
  await using stack = new AsyncDisposableStack();
  const http = createServer();
  const server = new Server(http, {
    adapter: createRecoveryAdapter(async () => true),
    connectionStateRecovery: { skipMiddlewares: false },
  });
  stack.defer(() => server.close());
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  const pid = createResumeToken(PeerId.parse('ada'));
  const all = stack.move();
  /** One more connection of the same client, with what it is told. */
  const connect = async () => {
    const connected = once(server, 'connection') as Promise<[ClientSocket]>;
    const options = { transports: ['websocket'], forceNew: true, auth: { pid, offset: '0' } };
    const client = io(`http://127.0.0.1:${port}`, options);
    all.defer(() => void client.disconnect());
    const told: unknown[] = [];
    client.on('welcome', (payload: unknown, offset: unknown) => told.push([payload, offset]));
    const [socket] = await connected;
    return { client, socket, told };
  };
  return { connect, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

test('SPEC 5.6: of two connections that go by one id, each is told what is meant for it', async () => {
  await using started = await start();
  const { connect } = started;
  const [earlier, later] = [await connect(), await connect()];
  expect([earlier.socket.id, later.socket.id]).toEqual(['ada', 'ada']);
  const peerId = PeerId.parse('ada');
  const welcome = (resumed: boolean) => ({ peerId, resumed, capabilities: [] });
  const heard = [earlier, later].map(({ client }) => once(client as never, 'welcome'));
  emitTo(earlier.socket, 'welcome', welcome(false), '0');
  emitTo(later.socket, 'welcome', welcome(true), '1');
  await Promise.all(heard);
  expect(earlier.told).toEqual([[welcome(false), '0']]);
  expect(later.told).toEqual([[welcome(true), '1']]);
});
