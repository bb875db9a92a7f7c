import { callRef, type State } from '@switchboard/core';
import {
  type Call,
  CallId,
  defaultTenant,
  isCallOver,
  NodeId,
  SignalingError,
  UserId,
} from '@switchboard/protocol';
import { MemoryBackend } from '@switchboard/state-memory';
import { connectRedisState } from '@switchboard/state-redis';
import { startRedis, waitUntil } from '@switchboard/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Caller, MortalNode } from './mortal-node.ts';

/**
 * Calls over three nodes, with commands in any order, by both sides, repeated and late, most of
 * them at once. `CALLS_SEED=<seed>` runs the same again, as far as the store lets it.
 */
const seed = Number(process.env['CALLS_SEED'] ?? Date.now() % 2 ** 31);

/** Whose session is on which node: two users with two, and one with one. */
const sessions = [
  { user: 'ada', node: 0 },
  { user: 'ada', node: 1 },
  { user: 'bob', node: 1 },
  { user: 'bob', node: 2 },
  { user: 'cy', node: 2 },
] as const;
const names = ['ada', 'bob', 'cy'] as const;
/** Ids that each two users have. */
const callCount = 3;

interface Move {
  /** Which session. */
  readonly who: number;
  readonly do: 'invite' | 'accept' | 'reject' | 'cancel' | 'end' | 'leave';
  readonly call: number;
  /** Whom an invitation is for, and with whom a call is that something is done to. */
  readonly to: (typeof names)[number];
  readonly whenBusy: 'refuse' | 'ring';
  /** Whether everything before it, and itself, is waited for. */
  readonly isAlone: boolean;
}

const often = <T>(value: T, weight: number) => ({ arbitrary: fc.constant(value), weight });
const schedules: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    who: fc.nat({ max: sessions.length - 1 }),
    do: fc.oneof(
      ...[often('invite' as const, 5), often('accept' as const, 5), often('end' as const, 3)],
      ...[often('reject' as const, 1), often('cancel' as const, 1), often('leave' as const, 1)],
    ),
    call: fc.nat({ max: callCount - 1 }),
    to: fc.constantFrom(...names),
    whenBusy: fc.constantFrom('refuse' as const, 'refuse' as const, 'ring' as const),
    isAlone: fc.oneof(often(true, 1), often(false, 2)),
  }),
  { minLength: 4, maxLength: 24, size: 'max' },
);

/** What a command can be refused for here; `unavailable` is what a session gets that is ending. */
const refusals = ['call_state', 'call_not_found', 'invalid_argument', 'unavailable'];

const userNamed = (name: string) => ({ tenant: defaultTenant, userId: UserId.parse(name) });

/** One schedule, with users of its own. */
class Performance {
  readonly #nodes: readonly MortalNode[];
  readonly #reader: State;
  readonly #suffix: string;
  readonly #left = new Set<Caller>();
  #callers: Caller[] = [];
  #pending: Promise<unknown>[] = [];

  constructor(nodes: readonly MortalNode[], reader: State, suffix: string) {
    this.#nodes = nodes;
    this.#reader = reader;
    this.#suffix = suffix;
  }

  async play(schedule: readonly Move[]): Promise<void> {
    this.#callers = await Promise.all(
      sessions.map(({ user, node }, index) =>
        (this.#nodes[node] as MortalNode).enter(this.#user(user), `${index}${this.#suffix}`),
      ),
    );
    for (const move of schedule) {
      if (move.isAlone) await this.#settle();
      this.#pending.push(this.#make(move));
      if (move.isAlone) await this.#settle();
    }
    await this.#settle();
    await this.#judge();
  }

  async end(): Promise<void> {
    const present = this.#callers.filter((caller) => !this.#left.has(caller));
    await Promise.all(present.map(({ node, session }) => node.core.endSession(session)));
  }

  async #make({ who, call, to, whenBusy, isAlone, ...move }: Move): Promise<void> {
    const caller = this.#callers[who] as Caller;
    const { node, session } = caller;
    if (this.#left.has(caller)) return;
    const callId = this.#callId(sessions[who]?.user ?? '', to, call);
    if (move.do === 'leave') {
      this.#left.add(caller);
      return node.core.endSession(session);
    }
    try {
      if (move.do === 'invite') {
        const input = { callId, to: UserId.parse(this.#user(to)), ringMs: 120_000, whenBusy };
        await node.execute(session, 'call:invite', input);
      } else {
        await node.execute(session, `call:${move.do}`, { callId });
      }
    } catch (error) {
      if (!(error instanceof SignalingError)) throw error;
      expect(refusals).toContain(error.code);
      if (error.code !== 'call_state' || !isAlone) return;
      // Nothing else is under way: it is in the state that the refusal names.
      const calls = await this.#calls();
      const refused = calls.find(({ ids }) => ids.includes(callId));
      expect(error.state).toBe(refused?.call.state);
    }
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
    await waitUntil(() => this.#nodes.every(({ isIdle }) => isIdle), Boolean, {
      ...{ what: 'all nodes to be idle', intervalMs: 1 },
    });
  }

  /** Every call there is, with the ids that mean it. */
  async #calls(): Promise<{ call: Call; ids: string[] }[]> {
    const found = new Map<string, { call: Call; ids: string[] }>();
    const pairs = [
      ['ada', 'bob'],
      ['ada', 'cy'],
      ['bob', 'cy'],
    ] as const;
    const read = async ([one, other]: (typeof pairs)[number], index: number) => {
      const callId = this.#callId(one, other, index);
      const ref = callRef(userNamed(this.#user(one)), UserId.parse(this.#user(other)), callId);
      const call = await this.#reader.calls.read(ref);
      if (!call) return;
      const entry = found.get(call.callId) ?? { call, ids: [] };
      entry.ids.push(callId);
      found.set(call.callId, entry);
    };
    const indices = Array.from({ length: callCount }, (_, index) => index);
    await Promise.all(pairs.flatMap((pair) => indices.map((index) => read(pair, index))));
    return [...found.values()];
  }

  async #judge(): Promise<void> {
    // What is told is on its way for a moment; what it comes to is not.
    const disagreement = await waitUntil(
      () => this.#disagreement(),
      (found) => found === null,
      { what: 'everybody to agree', timeoutMs: 10_000, intervalMs: 2 },
    ).catch(() => this.#disagreement());
    expect(disagreement).toBeNull();
    for (const { told } of this.#callers) {
      for (const [, calls] of Map.groupBy(told, ({ callId }) => callId)) {
        const revs = calls.map(({ rev }) => rev);
        expect(revs).toEqual([...new Set(revs)].toSorted((a, b) => a - b));
        const over = calls.filter(({ state }) => isCallOver(state));
        expect(over, 'what is over is final').toHaveLength(
          isCallOver(calls.at(-1)?.state ?? 'ended') ? 1 : 0,
        );
      }
    }
  }

  /** The first thing that is not as it should be; null when all is. */
  async #disagreement(): Promise<string | null> {
    const calls = (await this.#calls()).map(({ call }) => call);
    const present = this.#callers.filter((caller) => !this.#left.has(caller));
    const isHere = (peerId: string | undefined) =>
      present.some(({ session }) => session.peerId === peerId);
    for (const call of calls) {
      const { callId, state, from, to } = call;
      if (!isCallOver(state) && !isHere(from.peerId)) return `${callId} goes on without its caller`;
      if (state === 'accepted' && !isHere(to.peerId)) return `${callId} goes on without its callee`;
      const isGlare = (other: Call) =>
        other.state === 'ringing' &&
        other.from.userId === to.userId &&
        other.to.userId === from.userId;
      if (state === 'ringing' && calls.some(isGlare)) return `${callId} rings both ways`;
      for (const { session, told } of present) {
        const userId = session.user?.userId;
        if (userId !== from.userId && userId !== to.userId) continue;
        const last = told.findLast((each) => each.callId === callId);
        if (JSON.stringify(last) !== JSON.stringify(call)) return `${session.peerId} of ${callId}`;
      }
    }
    const users = names.map((name) => userNamed(this.#user(name)));
    for (const { user, status } of await this.#reader.users.watch(users)) {
      const own = present.filter(({ session }) => session.user?.userId === user.userId);
      const isIn = ({ state, from, to }: Call) =>
        state === 'accepted' &&
        own.some(({ session: { peerId } }) => peerId === from.peerId || peerId === to.peerId);
      const expected = calls.some(isIn) ? 'in-call' : 'online';
      if (status !== (own.length === 0 ? 'offline' : expected))
        return `${user.userId} is ${status}`;
    }
    return null;
  }

  /** Two users have ids of their own: of a random one nobody else knows. */
  #callId(one: string, other: string, index: number): CallId {
    return CallId.parse(`${[one, other].toSorted().join('-')}-${index}${this.#suffix}`);
  }

  #user(name: string): string {
    return `${name}${this.#suffix}`;
  }
}

async function run(
  connect: (node: NodeId) => State | Promise<State>,
  numRuns: number,
): Promise<void> {
  console.info(`CALLS_SEED=${seed}`);
  const nodes = await Promise.all(
    ['n1', 'n2', 'n3'].map((name) => MortalNode.start({ connect }, name)),
  );
  const reader = await connect(NodeId.parse('reader'));
  let count = 0;
  const property = fc.asyncProperty(schedules, async (schedule) => {
    count += 1;
    const performance = new Performance(nodes, reader, `-${count}`);
    await performance.play(schedule);
    await performance.end();
  });
  try {
    await fc.assert(property, { seed, numRuns });
  } finally {
    await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    await reader.close();
  }
}

test('SPEC 13.1, 14.3, 14.5, 14.6: after any schedule all agree, in memory', async () => {
  const backend = new MemoryBackend();
  await run((node) => backend.connect(node), 200);
}, 120_000);

test('SPEC 13.1, 14.3, 14.5, 14.6: after any schedule all agree, on Redis', async () => {
  await using redis = await startRedis();
  const keyPrefix = 'schedules:';
  const connect = (node: NodeId) =>
    connectRedisState({ url: redis.url, keyPrefix, node, onError: () => {} });
  await run(connect, 60);
}, 120_000);
