import { CallId, UserId } from '@switchboard/protocol';
import { MemoryBackend } from '@switchboard/state-memory';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pass, stopTime } from '../simulation/simulated-time.ts';
import { type Caller, MortalNode } from './mortal-node.ts';

beforeEach(stopTime);
afterEach(() => {
  vi.useRealTimers();
});

const minuteMs = 60_000;
const lostId = CallId.parse('later');

const invite = ({ node, session }: Caller, to: string, callId: CallId) =>
  node.execute(session, 'call:invite', {
    ...{ callId, to: UserId.parse(to), ringMs: minuteMs, whenBusy: 'ring' },
  });

test('SPEC 14.2, 14.6: the id that was given up when two met means their call, and nobody else’s', async () => {
  const backend = new MemoryBackend();
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
  expect(cy.told.map(({ callId, to }) => `${callId} ${to.userId}`)).toEqual(['later dan']);
});

test('SPEC 14.6: ten minutes later that id is free, whatever became of the call', async () => {
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
