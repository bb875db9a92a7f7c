import { randomId, type State } from '@switchboard/core';
import { CallId, type NodeId, UserId } from '@switchboard/protocol';
import { MemoryBackend } from '@switchboard/state-memory';
import { connectRedisState } from '@switchboard/state-redis';
import { type RedisServer, startRedis, waitUntil } from '@switchboard/testkit';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { pass, stopTime } from '../simulation/simulated-time.ts';
import { type Caller, MortalNode } from './mortal-node.ts';

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Where nodes can have their state, empty each time. */
const backends = [
  ['memory', () => memory()],
  ['Redis', () => onRedis()],
] as const;

function memory() {
  const backend = new MemoryBackend();
  const connect = async (node: NodeId): Promise<State> => backend.connect(node);
  return { connect, [Symbol.asyncDispose]: async () => {} };
}

function onRedis() {
  const keyPrefix = `test-${randomId()}:`;
  const states = new AsyncDisposableStack();
  const connect = async (node: NodeId): Promise<State> => {
    const { url } = redis;
    const state = await connectRedisState({ url, keyPrefix, node, onError: () => {} });
    return states.adopt(state, () => state.close());
  };
  return { connect, [Symbol.asyncDispose]: () => states.disposeAsync() };
}

const minuteMs = 60_000;
const lostId = CallId.parse('later');

const invite = ({ node, session }: Caller, to: string, callId: CallId) =>
  node.execute(session, 'call:invite', {
    ...{ callId, to: UserId.parse(to), ringMs: minuteMs, whenBusy: 'ring' },
  });

test.each(backends)(
  'SPEC 14.2, 14.6: the id that was given up when two met means their call, and nobody else’s (%s)',
  async (_, open) => {
    await using backend = open();
    await using n1 = await MortalNode.start(backend, 'n1');
    await using n2 = await MortalNode.start(backend, 'n2');
    const [ada, bob, cy] = [await n1.enter('ada'), await n2.enter('bob'), await n2.enter('cy')];
    const { call } = await invite(ada, 'bob', CallId.parse('earlier'));
    expect(await invite(bob, 'ada', lostId)).toMatchObject({
      call: { callId: call.callId, state: 'accepted' },
    });
    const pretend = (to: string) =>
      invite(cy, to, lostId).then(
        () => 'made',
        ({ code }) => code,
      );
    expect([await pretend('ada'), await pretend('bob')]).toEqual([
      'invalid_argument',
      'invalid_argument',
    ]);
    // Of others it is free, at the same time.
    expect(await invite(cy, 'dan', lostId)).toMatchObject({ call: { callId: lostId } });
    // Either of the two can use it, and means what both have.
    expect(await n2.execute(bob.session, 'call:reject', { callId: lostId }).catch(codeOf)).toBe(
      'call_state',
    );
    expect(await n1.execute(ada.session, 'call:end', { callId: lostId })).toMatchObject({
      call: { callId: call.callId, state: 'ended' },
    });
    const toldOf = () => cy.told.map(({ callId, to }) => `${callId} ${to.userId}`);
    await waitUntil(toldOf, ({ length }) => length > 0, { what: 'the caller to be told' });
    expect(new Set(toldOf())).toEqual(new Set(['later dan']));
  },
);

test('SPEC 14.6: ten minutes later that id is free, whatever became of the call', async () => {
  stopTime();
  const backend = new MemoryBackend();
  await using n1 = await MortalNode.start(backend, 'n1');
  const [ada, bob, cy] = [await n1.enter('ada'), await n1.enter('bob'), await n1.enter('cy')];
  const { call } = await invite(ada, 'bob', CallId.parse('earlier'));
  await invite(bob, 'ada', lostId);
  for (let passedMs = 0; passedMs < 12 * minuteMs; passedMs += 500) await pass(500);
  expect(await invite(cy, 'bob', lostId)).toMatchObject({
    call: { callId: lostId, state: 'ringing', from: { userId: 'cy' } },
  });
  expect(await n1.execute(bob.session, 'call:end', { callId: call.callId })).toMatchObject({
    call: { state: 'ended', to: { userId: 'bob' } },
  });
  expect(cy.told.at(-1)).toMatchObject({ callId: lostId, state: 'ringing' });
});

const codeOf = ({ code }: { readonly code: string }): string => code;
