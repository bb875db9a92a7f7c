import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, startCluster, waitUntil } from '@switchboard/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PlainClient } from './driver/plain-client.ts';
import { scaled } from './scale.ts';

/** Long enough for clients that fought over a session to have done so several times. */
const fightMs = scaled(2_500, 10_000);

const secret = () => randomBytes(32).toString('base64url');
const internalSecret = secret();

let cluster: Cluster;
let rooms = 0;
let clients = new DisposableStack();

beforeAll(async () => {
  const env = { JWT_SECRET: secret(), INTERNAL_SECRET: internalSecret };
  cluster = await startCluster({ nodes: 2, balancer: false, env });
});
afterEach(() => {
  clients.dispose();
  clients = new DisposableStack();
});
afterAll(async () => {
  await Promise.all(cluster.nodes.map((node) => node.kill()));
  await cluster[Symbol.asyncDispose]();
});

interface Shown {
  /** The resume token that it pretends to have. */
  readonly pid?: unknown;
  /** Who it is. */
  readonly token?: string;
}

function newClient(name: string, node: 0 | 1, { pid, token }: Shown = {}): PlainClient {
  const url = cluster.nodes[node]?.url ?? '';
  const auth = { ...(pid !== undefined && { pid, offset: '0' }), ...(token && { token }) };
  const client = new PlainClient({ name, url, auth });
  clients.defer(() => client.close());
  return client;
}

/** A token of the cluster's own making. */
async function tokenOf(sub: string, tenant = 'default'): Promise<string> {
  const response = await fetch(`${cluster.nodes[0]?.url}/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-internal-secret': internalSecret },
    body: JSON.stringify({ sub, tenant, grants: { rooms: ['*'], create: true } }),
  });
  const { token } = (await response.json()) as { token: string };
  return token;
}

async function expectReached(
  client: PlainClient,
  { from, roomId }: { readonly from: PlainClient; readonly roomId: string },
): Promise<void> {
  const heard: unknown[] = [];
  client.onSignal(({ data }) => heard.push(data));
  const signal = { roomId, to: client.peerId, kind: 'custom', data: 'are you there' } as const;
  expect(await from.command('signal', signal)).toEqual({ ok: true });
  await waitUntil(
    () => heard,
    ({ length }) => length > 0,
    {
      what: `${client.record.name} to hear a signal`,
      timeoutMs: 5_000,
    },
  );
  expect(heard).toEqual(['are you there']);
}

/** Somebody in a room with a witness, who both are to be left alone. */
async function startCouple(shown: Shown = {}) {
  rooms += 1;
  const roomId = `room${rooms}`;
  const holder = newClient('holder', 0, shown);
  const witness = newClient('witness', 1, shown.token ? { token: await tokenOf('witness') } : {});
  for (const client of [witness, holder]) {
    await client.connect();
    expect(await client.join(roomId)).toMatchObject({ ok: true });
  }
  const expectUndisturbed = async () => {
    await expectReached(holder, { from: witness, roomId });
    for (const { record } of [holder, witness]) {
      expect(record.count('welcome'), record.describe(0)).toBe(1);
      expect(record.of('disconnect', 'session:ended', 'participant:left', 'vanished')).toEqual([]);
    }
    expect(witness.record.of('participant:reconnecting', 'participant:reconnected')).toEqual([]);
  };
  return { roomId, holder, witness, expectUndisturbed };
}

test.each([
  ['of nobody', () => `${secret()}.${secret()}`],
  ['with a wrong secret', (peerId: string) => `${peerId}.${secret()}`],
  ['without a secret', (peerId: string) => `${peerId}.`],
  ['with too many parts', (peerId: string) => `${peerId}.${secret()}.${secret()}`],
  ['of a megabyte', (peerId: string) => `${peerId}.${'x'.repeat(2 ** 20)}`],
  ['with control characters', () => '\u0000.\u0000'],
  ['that is empty', () => ''],
  ['that is no string', () => ({ peerId: 'x', secretDigest: null })],
])('SPEC 5.3: a token %s begins a new session', async (_, forge) => {
  const { holder, roomId, expectUndisturbed } = await startCouple();
  for (const node of [0, 1] as const) {
    const stranger = newClient('stranger', node, { pid: forge(holder.peerId) });
    await stranger.connect();
    expect(stranger.record.of('welcome').map(({ detail }) => detail.split(': ')[1])).toEqual([
      'false',
    ]);
    expect(stranger.peerId).not.toBe(holder.peerId);
    const media = await stranger.command('media:update', { roomId, media: { camera: true } });
    expect(media).toMatchObject({ ok: false, error: { code: 'not_in_room' } });
  }
  await expectUndisturbed();
});

test.each([
  ['another user', () => tokenOf('bob')],
  ['a user of another tenant', () => tokenOf('ada', 'elsewhere')],
  ['nobody in particular', async () => undefined],
])('SPEC 5.3: a resume token that %s has stolen is refused', async (_, stolenBy) => {
  const { holder, expectUndisturbed } = await startCouple({ token: await tokenOf('ada') });
  for (const node of [0, 1] as const) {
    const token = await stolenBy();
    const pid = holder.resumeToken;
    const thief = newClient('thief', node, { pid, ...(token && { token }) });
    void thief.connect();
    await waitUntil(
      () => thief.record.of('connect_error').map(({ detail }) => detail),
      (errors) => errors.length > 0,
      { what: 'the refusal' },
    ).then((errors) => expect(errors).toEqual(['session_forbidden']));
  }
  await expectUndisturbed();
});

test('SPEC 5.3: the token of somebody who has said goodbye begins a new session', async () => {
  const { holder, witness } = await startCouple();
  const { resumeToken, peerId } = holder;
  holder.close();
  await waitUntil(() => witness.record.count('participant:left'), Boolean, { what: 'the goodbye' });
  const stranger = newClient('stranger', 1, { pid: resumeToken });
  await stranger.connect();
  expect(stranger.peerId).not.toBe(peerId);
  expect(witness.record.of('participant:left')).toHaveLength(1);
});

test.each([0, 1] as const)(
  'SPEC 5.6: of two clients with one token the later has the session, for good (node %s)',
  async (node) => {
    const { holder, witness, roomId } = await startCouple();
    const { peerId } = holder;
    const thief = newClient('thief', node, { pid: holder.resumeToken });
    await thief.connect();
    expect(thief.peerId).toBe(peerId);
    await waitUntil(() => holder.record.count('session:ended'), Boolean, { what: 'the end' });
    expect(holder.record.of('session:ended')[0]?.detail).toContain('session_replaced');
    await delay(fightMs);
    expect([holder.isConnected, thief.isConnected]).toEqual([false, true]);
    expect([holder, thief].map(({ record }) => record.count('welcome'))).toEqual([1, 1]);
    // The lawful one can take it back by asking, and that is the end of it again.
    const heir = newClient('heir', 0, { pid: thief.resumeToken });
    await heir.connect();
    await waitUntil(() => thief.record.count('session:ended'), Boolean, { what: 'the end' });
    await expectReached(heir, { from: witness, roomId });
    expect(witness.record.of('participant:left', 'vanished')).toEqual([]);
    expect(witness.room.roster).toEqual([peerId, witness.peerId].sort());
  },
);

test('SPEC 5.6: clients that come with one token at the same time do not fight', async () => {
  const { holder, witness, roomId } = await startCouple();
  const { peerId, resumeToken } = holder;
  const count = scaled(10, 50);
  const thieves = Array.from({ length: count }, (_, index) =>
    newClient(`thief${index}`, (index % 2) as 0 | 1, { pid: resumeToken }),
  );
  const since = performance.now();
  for (const thief of thieves) void thief.connect();
  const everybody = [holder, ...thieves];
  /** Told that it is over, at the door or behind it. */
  const isOut = ({ record }: PlainClient) =>
    [...record.of('session:ended', 'connect_error')].length === 1 &&
    [...record.of('session:ended', 'connect_error')].every(({ detail }) =>
      detail.includes('session_replaced'),
    );
  await waitUntil(
    () => everybody.filter((client) => !isOut(client)).map(({ record }) => record.describe(since)),
    (left) => left.length === 1,
    { what: 'all but one of them to be told' },
  );
  await delay(fightMs);
  const [winner, ...more] = everybody.filter((client) => !isOut(client));
  expect(more).toEqual([]);
  await expectReached(winner as PlainClient, { from: witness, roomId });
  expect(everybody.filter(({ isConnected }) => isConnected)).toEqual([winner]);
  expect(new Set(everybody.flatMap(({ peerIds }) => [...peerIds]))).toEqual(new Set([peerId]));
  for (const { record } of everybody) expect(record.count('welcome')).toBeLessThanOrEqual(1);
  expect(witness.record.of('participant:left', 'vanished')).toEqual([]);
  expect(witness.room.roster).toEqual([peerId, witness.peerId].sort());
});
