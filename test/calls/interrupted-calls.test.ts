import { type CallRef, callRef } from '@switchboard/core';
import { CallId, defaultTenant, isCallOver, NodeId, UserId } from '@switchboard/protocol';
import { MemoryBackend } from '@switchboard/state-memory';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { passUntil, stopTime } from '../simulation/simulated-time.ts';
import { type Caller, MortalNode } from './mortal-node.ts';

/** A dead node is given up after 6 s, its sessions' ends are handed out after 5 s, calls after 2. */
const patienceMs = 20_000;
const ringMs = 5_000;

const callId = CallId.parse('c1');
const userId = { ada: UserId.parse('ada'), bob: UserId.parse('bob') };
const user = (name: Name) => ({ tenant: defaultTenant, userId: userId[name] });
const ref: CallRef = callRef(user('ada'), userId.bob, callId);

type Name = keyof typeof userId;
type Deed = (people: Readonly<Record<Name, Caller>>) => Promise<unknown>;

const invite = ({ node, session }: Caller, to: Name, id: CallId) =>
  node.execute(session, 'call:invite', { callId: id, to: userId[to], ringMs, whenBusy: 'refuse' });

const invites: Deed = ({ ada }) => invite(ada, 'bob', callId);
const invitesBack: Deed = ({ bob }) => invite(bob, 'ada', CallId.parse('c2'));
const answers =
  (action: 'accept' | 'reject'): Deed =>
  ({ bob }) =>
    bob.node.execute(bob.session, `call:${action}`, { callId });
const hangsUp =
  (action: 'cancel' | 'end'): Deed =>
  ({ ada }) =>
    ada.node.execute(ada.session, `call:${action}`, { callId });
const leaves =
  (name: Name): Deed =>
  ({ [name]: { node, session } }) =>
    node.core.endSession(session);
const withdraws =
  (name: Name): Deed =>
  ({ [name]: { node, session } }) =>
    node.execute(session, 'session:withdraw', {});

interface Interruption {
  readonly what: string;
  readonly before: readonly Deed[];
  /** Whose node dies; the other one's does not. */
  readonly doomed: Name;
  /** What is broken off. */
  readonly deed: Deed;
  /** All that it does in the store. */
  readonly steps: readonly string[];
}

const spread = ['users.engage', 'users.engage', 'calls.settle'];
const invitation = ['users.intend', 'users.intend', 'calls.invite', ...spread];
const change = ['calls.change', ...spread];
const ending = ['sessions.end', 'users.detach', ...change, 'sessions.settle'];
const withdrawal = ['users.detach', ...change, 'sessions.describe'];
const accepted = [invites, answers('accept')];

const interruptions: readonly Interruption[] = [
  { what: 'an invitation', before: [], doomed: 'ada', deed: invites, steps: invitation },
  {
    ...{ what: 'an invitation that meets another one', before: [invites] },
    ...{ doomed: 'bob', deed: invitesBack, steps: invitation },
  },
  {
    ...{ what: 'an answer', before: [invites] },
    ...{ doomed: 'bob', deed: answers('accept'), steps: change },
  },
  {
    ...{ what: 'a rejection', before: [invites] },
    ...{ doomed: 'bob', deed: answers('reject'), steps: change },
  },
  {
    ...{ what: 'a cancellation', before: [invites] },
    ...{ doomed: 'ada', deed: hangsUp('cancel'), steps: change },
  },
  {
    ...{ what: 'the end of a call', before: accepted },
    ...{ doomed: 'ada', deed: hangsUp('end'), steps: change },
  },
  {
    ...{ what: 'the end of a session that calls', before: [invites] },
    ...{ doomed: 'ada', deed: leaves('ada'), steps: ending },
  },
  {
    ...{ what: 'the end of a session that was called', before: accepted },
    ...{ doomed: 'bob', deed: leaves('bob'), steps: ending },
  },
  {
    ...{ what: 'the withdrawal of a session that calls', before: [invites] },
    ...{ doomed: 'ada', deed: withdraws('ada'), steps: withdrawal },
  },
  {
    ...{ what: 'the withdrawal of a session that was called', before: accepted },
    ...{ doomed: 'bob', deed: withdraws('bob'), steps: withdrawal },
  },
];

beforeEach(stopTime);
afterEach(() => {
  vi.useRealTimers();
});

test.each(interruptions)(
  'SPEC 9.3, 14.7, 14.8: $what, broken off at any step, leaves nothing behind',
  async (interruption) => {
    for (const step of [...interruption.steps.keys(), interruption.steps.length]) {
      for (const isCarriedOut of [false, true]) {
        await dieAt({ step, isCarriedOut }, interruption);
      }
    }
  },
);

interface Death {
  readonly step: number;
  readonly isCarriedOut: boolean;
}

async function dieAt(
  { step, isCarriedOut }: Death,
  { before, doomed: gone, deed, steps }: Interruption,
): Promise<void> {
  const when = `step ${step}, ${isCarriedOut ? '' : 'not '}carried out`;
  const until = (what: string, isSo: () => boolean | Promise<boolean>) =>
    passUntil(isSo, { what: `${what} (${when})`, withinMs: patienceMs });
  const there: Name = gone === 'ada' ? 'bob' : 'ada';
  const backend = new MemoryBackend();
  await using doomed = await MortalNode.start(backend, 'n1');
  await using survivor = await MortalNode.start(backend, 'n2');
  const other = await survivor.enter(there);
  const people = { [gone]: await doomed.enter(gone), [there]: other } as Record<Name, Caller>;
  for (const each of before) {
    await each(people);
    await until('both nodes being idle', () => doomed.isIdle && survivor.isIdle);
  }
  doomed.dieAt(step, { isCarriedOut });
  void deed(people);
  await until('a death', () => doomed.isDead);
  // Behind the last of them it goes about its other business.
  expect(doomed.steps.slice(0, steps.length), when).toEqual(steps.slice(0, step + 1));

  const { users, calls } = backend.connect(NodeId.parse('reader'));
  await until(`${gone} being gone, and ${there} in no call`, async () => {
    const [first, second] = await users.watch([user(gone), user(there)]);
    return first?.status === 'offline' && second?.status === 'online';
  });
  const isOver = async () => isCallOver((await calls.read(ref))?.state ?? 'ended');
  await until('the call being over', isOver);
  // Whoever has been told that it rings, or was accepted, is told that it is over.
  await until('the other one being told', async () => {
    const last = other.told.at(-1);
    return !last || (isCallOver(last.state) && (await calls.read(ref)) !== null);
  });
  expect(other.closed, when).toEqual([]);
  const revs = other.told.map(({ rev }) => rev);
  expect(revs, when).toEqual([...new Set(revs)].toSorted((a, b) => a - b));
  // Nothing of it concerns whoever comes later, and both can call again.
  const later = await survivor.enter(gone, 'later');
  expect(later.told, when).toEqual([]);
  const again = await invite(later, there, CallId.parse('again'));
  expect(again.call.state, when).toBe('ringing');
}
