import { namespace } from '@switchboard/protocol';
import { type NodeProcess, startNode as startProcess, waitUntil } from '@switchboard/testkit';
import { io, type Socket } from 'socket.io-client';
import { afterEach, expect, test } from 'vitest';

/** What one address, and one user, can do to a node. */

const jwtSecret = 'a secret of more than 32 bytes, for tests';
const internalSecret = 'another secret of more than 32 bytes';
let node: NodeProcess;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await node.stop();
});

async function start(env: Record<string, string>): Promise<void> {
  const secrets = { JWT_SECRET: jwtSecret, INTERNAL_SECRET: internalSecret };
  const stop = { DRAIN_NOTICE_MS: '0', DRAIN_DEADLINE_MS: '0' };
  node = await startProcess({
    nodeId: 'n1',
    env: { NODE_ENV: 'development', LOG_LEVEL: 'warn', ...secrets, ...stop, ...env },
  });
}

/** A socket from behind a load balancer, which says that it speaks for that address. */
function open(address: string, options: { token?: string; transport?: string } = {}): Socket {
  const { token, transport = 'websocket' } = options;
  const socket = io(`${node.url}${namespace}`, {
    transports: [transport],
    forceNew: true,
    reconnection: false,
    extraHeaders: { 'x-forwarded-for': `6.6.6.6, ${address}` },
    ...(token !== undefined && { auth: { token } }),
  });
  sockets.push(socket);
  outcomes.set(socket, outcomeOf(socket));
  return socket;
}

/** `connected`, or with what the handshake was refused; also of one that is asked for late. */
const outcome = async (socket: Socket): Promise<string> =>
  (await outcomes.get(socket)) ?? 'unknown';

const outcomes = new WeakMap<Socket, Promise<string>>();

const outcomeOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('welcome', () => resolve('connected'));
    socket.once('connect_error', (error) => resolve(refusalIn(error)));
  });

/** Of long-polling, the answer's text; a WebSocket of Node shows its status alone. */
function refusalIn(error: Error): string {
  const { context } = error as { context?: { responseText?: string } };
  return context?.responseText ?? error.message;
}

const metric = async (series: string): Promise<number> => {
  const text = await (await fetch(`${node.opsUrl}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.split(' ')[1]);
};

test('SPEC 2.9: an address has so many connections, and another as many again', async () => {
  await start({ MAX_CONNECTIONS_PER_ADDRESS: '2' });
  const [first] = [open('198.51.100.1'), open('198.51.100.1')];
  for (const socket of sockets) expect(await outcome(socket)).toBe('connected');
  const refused = await outcome(open('198.51.100.1', { transport: 'polling' }));
  expect(JSON.parse(refused)).toMatchObject({ message: 'too_many_connections' });
  expect(await outcome(open('198.51.100.1'))).not.toBe('connected');
  expect(await metric('switchboard_connections_refused_total{code="too_many_connections"}')).toBe(
    2,
  );
  // What the client has written into the header itself makes no difference.
  expect(await outcome(open('198.51.100.2'))).toBe('connected');
  expect(await metric('switchboard_limited_parties{of="address"}')).toBe(2);
  first?.disconnect();
  await waitUntil(
    () => outcome(open('198.51.100.1')),
    (how) => how === 'connected',
    {
      what: 'room for another connection',
    },
  );
});

test('SPEC 2.9: so many connections of an address begin in a second', async () => {
  await start({ MAX_CONNECTIONS_PER_ADDRESS: '3', CONNECTIONS_PER_SECOND_PER_ADDRESS: '1' });
  for (let arrival = 0; arrival < 3; arrival++) {
    const socket = open('198.51.100.1');
    expect(await outcome(socket)).toBe('connected');
    socket.disconnect();
  }
  await waitUntil(
    () => metric('switchboard_connections'),
    (count) => count === 0,
    {
      what: 'all connections to be gone',
    },
  );
  // Refilled by one a second: of two at once the second comes too soon.
  const outcomes = await Promise.all(
    [1, 2, 3].map(() => outcome(open('198.51.100.1', { transport: 'polling' }))),
  );
  const refused = outcomes.filter((each) => each !== 'connected');
  expect(refused.map((each) => JSON.parse(each).message)).toContain('rate_limited');
});

/** How many of so many commands at once were carried out, and what the others were told. */
async function flood(from: readonly Socket[], each: number) {
  const answers = await Promise.all(
    from.flatMap((socket) =>
      Array.from({ length: each }, () => socket.emitWithAck('room:leave', { roomId: 'nowhere' })),
    ),
  );
  const refused = answers.filter(({ ok }) => !ok).map(({ error }) => error);
  return { admitted: answers.length - refused.length, refused };
}

const connectAll = async (all: readonly Socket[]): Promise<readonly Socket[]> => {
  for (const how of await Promise.all(all.map(outcome))) expect(how).toBe('connected');
  return all;
};

test('SPEC 2.7: all connections of an address together send so much', async () => {
  await start({ COMMANDS_PER_SECOND_PER_ADDRESS: '50' });
  const addresses = ['2001:db8::1', '2001:db8::ffff', '2001:db8:0:0:7::1'];
  const startedAt = performance.now();
  const all = await connectAll(addresses.map((address) => open(address)));
  const { admitted, refused } = await flood(all, 100);
  const most = 100 + ((performance.now() - startedAt) / 1_000) * 50 + 1;
  expect(admitted).toBeGreaterThanOrEqual(100);
  expect(admitted).toBeLessThanOrEqual(most);
  expect(refused[0]).toMatchObject({ code: 'rate_limited', retryable: true });
  expect(refused[0].retryAfterMs).toBeGreaterThan(0);
  expect(await metric('switchboard_rate_limited_total{by="address"}')).toBe(refused.length);
  const others = await connectAll([open('2001:db8:0:1::1')]);
  expect((await flood(others, 90)).refused).toEqual([]);
});

test('SPEC 2.7: all sessions of a user together send so much, wherever they are', async () => {
  await start({ COMMANDS_PER_SECOND_PER_USER: '50' });
  const tokenOf = async (sub: string): Promise<string> => {
    const headers = { 'x-internal-secret': internalSecret, 'content-type': 'application/json' };
    const body = JSON.stringify({ sub });
    const response = await fetch(`${node.url}/v1/tokens`, { method: 'POST', headers, body });
    return ((await response.json()) as { token: string }).token;
  };
  const [ada, bob] = [await tokenOf('ada'), await tokenOf('bob')];
  const startedAt = performance.now();
  const all = await connectAll([
    open('198.51.100.1', { token: ada }),
    open('198.51.100.2', { token: ada }),
  ]);
  const { admitted, refused } = await flood(all, 100);
  expect(admitted).toBeGreaterThanOrEqual(100);
  expect(admitted).toBeLessThanOrEqual(100 + ((performance.now() - startedAt) / 1_000) * 50 + 1);
  expect(refused[0]).toMatchObject({ code: 'rate_limited' });
  expect(await metric('switchboard_rate_limited_total{by="user"}')).toBe(refused.length);
  const others = await connectAll([open('198.51.100.1', { token: bob }), open('198.51.100.1')]);
  expect((await flood(others, 90)).refused).toEqual([]);
});
