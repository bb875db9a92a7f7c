import type {
  CallChange,
  CallRef,
  CallStore,
  ChangeOutcome,
  DueCall,
  InviteOutcome,
  InviteRequest,
  ListCallsRequest,
  ListedCalls,
  Share,
} from '@switchboard/core';
import { type Call, isCallOver, SignalingError } from '@switchboard/protocol';
import { commandTimeoutMs, type RedisClient } from '../connection/client.ts';
import { listNames } from '../connection/list-names.ts';
import { readDue } from '../connection/read-due.ts';
import { loadScripts, type Script } from '../connection/script.ts';
import { type Keys, parseCallName, partitions } from '../keys.ts';
import type { StoreClock } from '../leases/store-clock.ts';
import { type CallAnswer, formatStatic, parseCall } from './call-answer.ts';

/** Calls looked after by one call: more come with the next. */
const dueAtOnce = 500;

const scriptNames = [
  'invite-call',
  'change-call',
  'read-call',
  'settle-call',
  'take-due-call',
  'register-call',
] as const;
type ScriptName = (typeof scriptNames)[number];

export interface RedisCallsDependencies {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly clock: StoreClock;
}

/** The calls of the cluster in Redis: every method is one script on keys of one slot. */
export class RedisCalls implements CallStore {
  readonly #dependencies: RedisCallsDependencies;
  readonly #scripts: Record<ScriptName, Script> = loadScripts(import.meta.url, scriptNames);

  constructor(dependencies: RedisCallsDependencies) {
    this.#dependencies = dependencies;
  }

  async invite(request: InviteRequest): Promise<InviteOutcome> {
    const { ref, from, to, ringMs, refuseIfBusy, isBusy } = request;
    const { clock } = this.#dependencies;
    const answer = await this.#ask<InviteOutcome['kind'] | 'late' | 'unavailable'>(
      'invite-call',
      ref,
      [
        ...[from.userId, from.peerId, to, ringMs, refuseIfBusy ? 1 : 0, isBusy ? 1 : 0],
        ...[formatStatic({ ...request, name: from.name }), clock.in(commandTimeoutMs)],
      ],
    );
    const [kind] = answer;
    if (kind === 'late' || kind === 'unavailable') throw new SignalingError('unavailable');
    return { kind, call: parseCall(answer) };
  }

  async change(ref: CallRef, { action, by }: CallChange): Promise<ChangeOutcome> {
    const args = [action, by.userId, by.peerId];
    const answer = await this.#ask<ChangeOutcome['kind']>('change-call', ref, args);
    const [kind] = answer;
    return kind === 'absent' ? { kind } : { kind, call: parseCall(answer) };
  }

  async read(ref: CallRef): Promise<Call | null> {
    const answer = await this.#ask<'found' | 'absent'>('read-call', ref, []);
    return answer[0] === 'found' ? parseCall(answer) : null;
  }

  async settle(ref: CallRef, rev: number): Promise<void> {
    await this.#run('settle-call', ref, [rev]);
  }

  async takeDue(share: Share): Promise<DueCall[]> {
    const take = async (ref: CallRef): Promise<DueCall[]> => {
      const answer = await this.#ask<'found' | 'missed' | 'absent'>('take-due-call', ref, []);
      const [kind] = answer;
      if (kind === 'absent') return [];
      return [{ tenant: ref.tenant, call: parseCall(answer), isNews: kind === 'missed' }];
    };
    return (await Promise.all((await this.#dueCalls(share)).map(take))).flat();
  }

  async register(ref: CallRef, call: Call): Promise<void> {
    const { from, to, answeredAt, endedAt, name, ...rest } = { ...call, name: call.from.name };
    await this.#run('register-call', ref, [
      ...[call.rev, call.state, 'from', from.userId, 'from_peer', from.peerId, 'to', to.userId],
      ...['created_at', call.createdAt, 'rings_until', call.ringsUntil],
      ...['static', formatStatic({ ...rest, name })],
      ...(to.peerId === undefined ? [] : ['to_peer', to.peerId]),
      ...(answeredAt === undefined ? [] : ['answered_at', answeredAt]),
      ...(endedAt === undefined ? [] : ['ended_at', endedAt]),
    ]);
  }

  async list({ tenant, cursor, limit }: ListCallsRequest): Promise<ListedCalls> {
    const { redis, keys } = this.#dependencies;
    const keyOf = (partition: number) => keys.allCalls(partition);
    const page = await listNames(redis, { keyOf, prefix: `${tenant}:`, cursor, limit });
    const refs = page.names.map((name) => parseCallName(`${tenant}:${name}`));
    const calls = await Promise.all(refs.map((ref) => this.read(ref)));
    // It may be over since its name was read.
    const live = calls.filter((call) => call !== null && !isCallOver(call.state));
    return { calls: live as Call[], cursor: page.cursor };
  }

  async #dueCalls({ index, of }: Share): Promise<CallRef[]> {
    const { redis, keys } = this.#dependencies;
    const mine = partitions.filter((partition) => partition % of === index);
    const sets = mine.map((partition) => keys.dueCalls(partition));
    return (await readDue(redis, sets, dueAtOnce)).map(({ member }) => parseCallName(member));
  }

  async #ask<Status extends string>(
    name: ScriptName,
    ref: CallRef,
    args: readonly (string | number)[],
  ): Promise<CallAnswer<Status>> {
    return (await this.#run(name, ref, args)) as CallAnswer<Status>;
  }

  #run(name: ScriptName, ref: CallRef, args: readonly (string | number)[]): Promise<unknown> {
    const { redis, keys } = this.#dependencies;
    return this.#scripts[name].run(redis, keys.call(ref), [
      keys.callPrefix(ref),
      keys.pairName(ref),
      ...args,
    ]);
  }
}
