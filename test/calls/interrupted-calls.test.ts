import { type CallRef, callRef } from '@switchboard/core';
import { CallId, defaultTenant, isCallOver, NodeId, UserId } from '@switchboard/protocol';
import { MemoryBackend } from '@switchboard/state-memory';
import { waitUntil } from '@switchboard/testkit';
import { expect, test } from 'vitest';
import { type Caller, MortalNode } from './mortal-node.ts';

/** Short, so that a dead node is soon given up. */
const leaseMs = 400;
const ringMs = 2_000;

const callId = CallId.parse('c1');
const user = (name: string) => ({ tenant: defaultTenant, userId: UserId.parse(name) });
const ref: CallRef = callRef(user('ada'), UserId.parse('bob'), callId);

interface Scene extends AsyncDisposable {
  readonly backend: MemoryBackend;
  /** On n1, which is about to die. */
  readonly doomed: MortalNode;
  /** On n2, which is not. */
  readonly survivor: MortalNode;
}

async function start(): Promise<Scene> {
  const backend = new MemoryBackend({ leaseMs });
  const doomed = await MortalNode.start(backend, 'n1');
  const survivor = await MortalNode.start(backend, 'n2');
  const close = async () => {
    await doomed.close();
    await survivor.close();
  };
  return { backend, doomed, survivor, [Symbol.asyncDispose]: close };
}

const invite = ({ node, session }: Caller, to: string) =>
  node.execute(session, 'call:invite', {
    ...{ callId, to: UserId.parse(to), ringMs, whenBusy: 'refuse' as const },
  });

/** Nothing of what was done so far is under way any more. */
const settled = ({ doomed, survivor }: Scene) =>
  waitUntil(() => doomed.isIdle && survivor.isIdle, Boolean, {
    what: 'both nodes to be idle',
    intervalMs: 1,
  });

interface Interruption {
  /** What is broken off. */
  readonly what: string;
  /** All that it does in the store. */
  readonly steps: readonly string[];
  /**
   * @param doom is called when it is about to begin.
   * @returns whose node does not die, and who has to learn what became of the call.
   */
  readonly run: (scene: Scene, doom: () => void) => Promise<Caller>;
}

const spread = ['users.engage', 'users.engage', 'calls.settle'];
const intend = ['users.intend', 'users.intend', 'calls.invite'];

const interruptions: Interruption[] = [
  {
    what: 'an invitation',
    steps: [...intend, ...spread],
    run: async (scene, doom) => {
      const { doomed, survivor } = scene;
      const bob = await survivor.enter('bob');
      const ada = await doomed.enter('ada');
      doom();
      void invite(ada, 'bob');
      return bob;
    },
  },
  {
    what: 'an answer',
    steps: ['calls.change', ...spread],
    run: async (scene, doom) => {
      const { doomed, survivor } = scene;
      const bob = await doomed.enter('bob');
      const ada = await survivor.enter('ada');
      await invite(ada, 'bob');
      await settled(scene);
      doom();
      void doomed.execute(bob.session, 'call:accept', { callId });
      return ada;
    },
  },
  {
    what: 'an invitation that meets another one',
    steps: [...intend, ...spread],
    run: async (scene, doom) => {
      const { doomed, survivor } = scene;
      const bob = await doomed.enter('bob');
      const ada = await survivor.enter('ada');
      await invite(ada, 'bob');
      await settled(scene);
      doom();
      void doomed.execute(bob.session, 'call:invite', {
        ...{ callId: CallId.parse('c2'), to: UserId.parse('ada') },
        ...{ ringMs, whenBusy: 'refuse' as const },
      });
      return ada;
    },
  },
  {
    what: 'the end of a call',
    steps: ['calls.change', ...spread],
    run: async (scene, doom) => {
      const { doomed, survivor } = scene;
      const ada = await doomed.enter('ada');
      const bob = await survivor.enter('bob');
      await invite(ada, 'bob');
      await settled(scene);
      await survivor.execute(bob.session, 'call:accept', { callId });
      await settled(scene);
      doom();
      void doomed.execute(ada.session, 'call:end', { callId });
      return bob;
    },
  },
  {
    what: 'the end of a session that calls',
    steps: ['sessions.end', 'users.detach', 'calls.change', ...spread, 'sessions.settle'],
    run: async (scene, doom) => {
      const { doomed, survivor } = scene;
      const ada = await doomed.enter('ada');
      const bob = await survivor.enter('bob');
      await invite(ada, 'bob');
      await settled(scene);
      doom();
      void doomed.core.endSession(ada.session);
      return bob;
    },
  },
];

test.each(interruptions)(
  'SPEC 14.7, 14.8: $what, broken off at any step, leaves nothing behind',
  async ({ run, steps }) => {
    const deaths = Array.from({ length: steps.length + 1 }, (_, step) => [
      { step, isCarriedOut: false },
      { step, isCarriedOut: true },
    ]).flat();
    await Promise.all(deaths.map((death) => dieAt(death, { run, steps })));
  },
);

async function dieAt(
  { step, isCarriedOut }: { readonly step: number; readonly isCarriedOut: boolean },
  { run, steps }: Pick<Interruption, 'run' | 'steps'>,
): Promise<void> {
  await using scene = await start();
  const { backend, doomed, survivor } = scene;
  const when = `step ${step}, ${isCarriedOut ? '' : 'not '}carried out`;
  const other = await run(scene, () => doomed.dieAt(step, { isCarriedOut }));
  await doomed.died;
  // Behind the last of them it goes about its other business.
  expect(doomed.steps.slice(0, steps.length), when).toEqual(steps.slice(0, step + 1));
  const { users, calls } = backend.connect(NodeId.parse('reader'));
  const gone = other.session.user?.userId === 'ada' ? 'bob' : 'ada';
  await waitUntil(
    () => users.watch([user(gone), user(gone === 'ada' ? 'bob' : 'ada')]),
    ([first, second]) => first?.status === 'offline' && second?.status === 'online',
    { what: `${gone} to be gone, and the other to be in no call (${when})` },
  );
  const call = await waitUntil(
    () => calls.read(ref),
    (read) => read === null || isCallOver(read.state),
    { what: `the call to be over (${when})` },
  );
  // Whoever has been told that it rings, or was accepted, is told that it is over.
  await waitUntil(
    () => {
      expect(other.closed, when).toEqual([]);
      return other.told.at(-1);
    },
    (last) => (call ? !last || isCallOver(last.state) : !last),
    { what: `the other one to be told (${when})` },
  );
  const revs = other.told.map(({ rev }) => rev);
  expect(revs, when).toEqual([...new Set(revs)].toSorted((a, b) => a - b));
  // Nothing of it concerns whoever comes later, and both can call again.
  const later = await survivor.enter(gone, 'later');
  expect(later.told, when).toEqual([]);
  const again = await survivor.execute(later.session, 'call:invite', {
    ...{ callId: CallId.parse('again'), ringMs, whenBusy: 'refuse' as const },
    to: UserId.parse(gone === 'ada' ? 'bob' : 'ada'),
  });
  expect(again.call.state, when).toBe('ringing');
}
